import type { CacheCredentials, SharedCache } from "../model/cache.ts";

/** A shared cache, as the constructors below make it. */
export type Cache = SharedCache;

/** What both constructors take. */
export interface CacheOptions {
  /** Put before every name: a part of the bucket for each level of trust, as in `"main"`. */
  readonly prefix?: string;
  /** The endpoint as the builder reaches it, where that differs. */
  readonly builderEndpoint?: string;
  /** Names of the variables that hold the credentials, never the credentials themselves; or a profile. */
  readonly credentials?: Credentials;
  /** `false`: what is made here is not put there. */
  readonly write?: boolean;
  /** `false`: without BuildKit's layers. */
  readonly layers?: boolean;
}

/** Where credentials are: in variables of these names, in a profile, or wherever Amazon's tools look (`"default"`). */
export type Credentials =
  | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
  | Exclude<CacheCredentials, { readonly accessKeyId: string }>;

export interface S3Options extends CacheOptions {
  readonly bucket: string;
  /** `us-east-1` unless said. */
  readonly region?: string;
  /** `https://s3.example.org`; unless said, Amazon's own for the region. */
  readonly endpoint?: string;
  /** Whether the bucket stands in the path and not in the host's name; unless said, with an endpoint. */
  readonly pathStyle?: boolean;
}

export interface GarageOptions extends CacheOptions {
  /** `http://localhost:3900` unless said. */
  readonly endpoint?: string;
  /** Where it takes orders: with the token in `adminToken` the tool sets it up. Without an endpoint `http://localhost:3903`. */
  readonly admin?: string;
  /** Name of the variable that holds the admin token: `GARAGE_ADMIN_TOKEN` unless said. */
  readonly adminToken?: string;
  readonly bucket?: string;
  readonly region?: string;
}

/** Any bucket with the S3 protocol: `s3({ bucket: "team-cache", region: "eu-west-1" })`. */
export function s3({ endpoint, credentials = "default", prefix = "", ...rest }: S3Options): Cache {
  return {
    builderEndpoint: null,
    region: "us-east-1",
    pathStyle: endpoint !== undefined,
    write: true,
    layers: true,
    admin: null,
    // What nobody knows is refused when resolving, and so it is kept.
    ...rest,
    endpoint: endpoint ?? null,
    credentials: completed(credentials),
    prefix: asFolder(prefix),
  };
}

const garageCredentials = {
  accessKeyId: "GARAGE_ACCESS_KEY_ID",
  secretAccessKey: "GARAGE_SECRET_ACCESS_KEY",
};

/** Garage: the one that docker compose or `image-manager start garage` starts on this machine, unless said otherwise. */
export function garage({ admin, adminToken = "GARAGE_ADMIN_TOKEN", ...rest }: GarageOptions = {}): Cache {
  const local = { endpoint: "http://localhost:3900", admin: "http://localhost:3903" };
  const endpoint = admin ?? (rest.endpoint === undefined ? local.admin : null);
  const place = s3({
    endpoint: local.endpoint,
    bucket: "image-manager",
    region: "garage",
    credentials: garageCredentials,
    ...rest,
  });
  return { ...place, admin: endpoint === null ? null : { endpoint, token: adminToken } };
}

function completed(credentials: Credentials): CacheCredentials {
  if (typeof credentials !== "object" || credentials === null || !("accessKeyId" in credentials)) return credentials;
  return { sessionToken: null, ...credentials };
}

/** A prefix with a slash at its end, unless there is none. */
function asFolder(prefix: string): string {
  return typeof prefix === "string" && prefix !== "" ? `${prefix.replace(/\/+$/, "")}/` : prefix;
}
