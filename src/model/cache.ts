/** A bucket with the S3 protocol that holds finished work and BuildKit's layers. */
export interface SharedCache {
  /** `http://localhost:3900`; null: Amazon's own for the region. */
  readonly endpoint: string | null;
  /** The same as the builder reaches it; null: as this machine does. */
  readonly builderEndpoint: string | null;
  readonly region: string;
  readonly bucket: string;
  /** Put before every name: `""` or `main/`. One for each level of trust. */
  readonly prefix: string;
  /** Whether the bucket stands in the path and not in the host's name. */
  readonly pathStyle: boolean;
  readonly credentials: CacheCredentials;
  /** Whether work done here is put there. A convenience: credentials are what protects a store. */
  readonly write: boolean;
  /** Whether BuildKit's layers are kept there, too. */
  readonly layers: boolean;
  /** A Garage that this tool may set up: its admin API and where its token is; null: none. */
  readonly admin: GarageAdmin | null;
}

/** Where the credentials are, never they themselves. The last: whatever the environment and its files say, as AWS does. */
export type CacheCredentials =
  | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string | null }
  | { readonly profile: string }
  | "default";

export interface GarageAdmin {
  /** `http://localhost:3903` */
  readonly endpoint: string;
  /** Name of the environment variable that has the token. */
  readonly token: string;
}
