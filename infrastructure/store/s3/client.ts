import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import type { CacheCredentials, SharedCache } from "../../../src/model/cache.ts";
import { fail } from "../../../src/problem.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** Milliseconds: a store that is worth asking answers sooner, and builds do not wait for another. */
const patience = { connect: 500, answer: 1000 };

/**
 * A client for the bucket. Only the names of credentials are in the configuration; their values come from the
 * environment or, as Amazon's tools have it, from profiles.
 *
 * @throws ImagesError `credentials-missing` naming the variables that have no value.
 */
export function createClient(place: SharedCache, variables: Variables): S3Client {
  const { endpoint, region, pathStyle } = place;
  return new S3Client({
    region,
    forcePathStyle: pathStyle,
    ...(endpoint === null ? {} : { endpoint }),
    ...credentialsOf(place.credentials, variables),
    // Retrying is the breaker's business: three patient tries of each of many calls would hold up a run.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: patience.connect, requestTimeout: patience.answer },
    // Garage keeps what it is sent; checksums beyond the signed hash would only be computed twice.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
}

function credentialsOf(credentials: CacheCredentials, variables: Variables): Pick<S3ClientConfig, "credentials" | "profile"> {
  if (credentials === "default") return {};
  if ("profile" in credentials) return { profile: credentials.profile };
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const names = [accessKeyId, secretAccessKey, ...(sessionToken === null ? [] : [sessionToken])];
  const [id = "", secret = "", token] = names.map((name) => variables[name]);
  if (id === "" || secret === "") missing(names.filter((name) => !variables[name]));
  return { credentials: { accessKeyId: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) } };
}

function missing(names: readonly string[]): never {
  return fail({
    code: "credentials-missing",
    kind: "config",
    message: `The shared cache needs ${names.join(" and ")}, which the environment lacks`,
    fix: "Set them, or leave the cache out of the configuration",
  });
}
