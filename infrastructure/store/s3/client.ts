import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import type { CacheCredentials, SharedCache } from "../../../src/model/cache.ts";
import { withoutCredentials } from "./faults.ts";

/** Variables in which the credentials are that the configuration names. */
export type Variables = Readonly<Record<string, string | undefined>>;

const agent = { keepAlive: true, maxSockets: 64 };

const silent = (): void => {};
/** The client's advice to programmers is not for people who look at a build. */
const logger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent };

/**
 * A client for the bucket, its credentials found. Only their names are in the configuration; their values come from
 * the environment or, as Amazon's tools have it, from profiles and services.
 *
 * @throws Fault `refused` when there are none
 */
export async function createClient(place: SharedCache, variables: Variables): Promise<S3Client> {
  const { endpoint, region, pathStyle } = place;
  const client = new S3Client({
    region,
    forcePathStyle: pathStyle,
    ...(endpoint === null ? {} : { endpoint }),
    ...credentialsOf(place, variables),
    // A connection that was kept open may have been closed by the other side; the breaker deals with all that lasts.
    maxAttempts: 2,
    // No time-outs here: smithy's `requestTimeout` only logs a warning, and both count on while this process is busy.
    requestHandler: { httpAgent: agent, httpsAgent: agent, logger },
    logger,
    // Asking first whether a body is welcome costs an answer each, and a new connection in this client.
    expectContinueHeader: false,
    // Bodies are signed with their hash already, and what comes back is checked against the name it has here.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  await client.config.credentials().catch((cause) => {
    throw withoutCredentials(place, nowhere(place.credentials), cause);
  });
  return client;
}

function credentialsOf(place: SharedCache, variables: Variables): Pick<S3ClientConfig, "credentials" | "profile"> {
  const { credentials } = place;
  if (credentials === "default") return {};
  if ("profile" in credentials) return { profile: credentials.profile };
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const unset = [accessKeyId, secretAccessKey].filter((name) => !variables[name]);
  if (unset.length > 0)
    throw withoutCredentials(place, `${unset.join(" and ")} ${unset.length > 1 ? "are" : "is"} not set`);
  const token = sessionToken === null ? undefined : variables[sessionToken];
  const [id, secret] = [variables[accessKeyId] ?? "", variables[secretAccessKey] ?? ""];
  return { credentials: { accessKeyId: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) } };
}

function nowhere(credentials: CacheCredentials): string {
  return typeof credentials === "object" && "profile" in credentials
    ? `the profile '${credentials.profile}' gives no credentials`
    : "there are no credentials where Amazon's tools look for them";
}
