import { isLoopback } from "../../../src/model/address.ts";
import type { SharedCache } from "../../../src/model/cache.ts";
import { Fault } from "../remote.ts";
import { Idle } from "../watch.ts";

/** What is known of an error of the client: the S3 error code, HTTP status, system error code. */
interface Known {
  readonly name: string;
  readonly message: string;
  readonly cause?: unknown;
  readonly code?: string;
  readonly Code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** How the store is called to people. */
export function nameOf({ admin, region }: SharedCache): string {
  return admin !== null || region === "garage" ? "Garage" : "The shared store";
}

/** No credentials were found; `why` completes "building without cache:". */
export function withoutCredentials(place: SharedCache, why: string, cause?: unknown): Fault {
  return refused(place, `${why}. Set them, or leave 'cache' out of the configuration`, cause);
}

/** The client's error as a fault; errors of this machine, such as a full disk, stay what they are. */
export function faultOf(place: SharedCache, purpose: "read" | "write", thrown: unknown): unknown {
  if (thrown instanceof Fault || !(thrown instanceof Error)) return thrown;
  const error = thrown as Known;
  if (local.has(error.code ?? "")) return thrown;
  return (
    silence(place, error) ??
    broken(place, error) ??
    overloaded(place, error) ??
    (error.$metadata?.httpStatusCode === undefined ? thrown : answered(place, purpose, error))
  );
}

const local = new Set(["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EMFILE", "ENOENT", "EEXIST", "EISDIR"]);

function silence(place: SharedCache, error: Known): Fault | undefined {
  if (!(error instanceof Idle)) return undefined;
  return down(place, `${endpointOf(place)} does not answer. Check the address and the network`, error);
}

/** Connections that did not come about, or broke. */
function broken(place: SharedCache, error: Known): Fault | undefined {
  const { code } = error;
  const at = endpointOf(place);
  if (code === undefined) return undefined;
  if (code === "ECONNREFUSED") return down(place, `nothing answers at ${at}. ${wayOut(place)}`, error);
  if (/^(ENOTFOUND|EAI_AGAIN)$/.test(code)) return down(place, `${at} has no address. ${wayOut(place)}`, error);
  if (/CERT|^ERR_(TLS|SSL)|UNABLE_TO/.test(code)) {
    return refused(
      place,
      `its certificate is not accepted (${code}). NODE_EXTRA_CA_CERTS names a file of more authorities`,
      error,
    );
  }
  return down(place, `the connection to ${at} broke (${code}). Check the address and the network`, error);
}

function overloaded(place: SharedCache, error: Known): Fault | undefined {
  const status = error.$metadata?.httpStatusCode ?? 0;
  if (status === 507) return full(place, error);
  return status >= 500 || status === 429
    ? down(place, `it answered with status ${status}. See its log`, error)
    : undefined;
}

/** What the store said. Texts of Garage tell more than its codes; they are not repeated, they may name keys. */
function answered(place: SharedCache, purpose: "read" | "write", error: Known): Fault {
  const { Code = "", message } = error;
  const { bucket, region } = place;
  const status = error.$metadata?.httpStatusCode;
  if (Code === "NoSuchBucket") return refused(place, `it has no bucket '${bucket}'. Make it, or name another`, error);
  if (Code === "InvalidAccessKeyId" || /No such key/.test(message)) {
    return refused(place, `it does not know the access key. Check ${keyOf(place)}`, error);
  }
  if (Code === "SignatureDoesNotMatch" || /Invalid signature/.test(message)) {
    return refused(place, `the secret does not fit the access key. Check ${secretOf(place)}`, error);
  }
  if (/^(AuthorizationHeaderMalformed|PermanentRedirect)$/.test(Code)) {
    return refused(place, `it is of another region than '${region}'. Name the right one`, error);
  }
  if (Code === "RequestTimeTooSkewed" || /Date is too old/.test(message)) {
    // The client reckons with the difference, and when that has changed does so from the next call on.
    return new Fault("down", unusable(place, "this machine's clock is wrong. Set it"), { cause: error });
  }
  if (/quota|StorageFull/i.test(`${Code} ${message}`)) return full(place, error);
  if (status === 403 && purpose === "write") return readOnly(place, error);
  if (status === 403) return refused(place, `the access key may not read '${bucket}'. Let it read and list it`, error);
  return refused(place, `it answered with status ${status}${Code === "" ? ", not as S3 does" : ` and ${Code}`}`, error);
}

function down(place: SharedCache, why: string, cause: unknown): Fault {
  const is = nameOf(place) === "Garage" ? "Garage" : "The shared store is";
  return new Fault("down", `${is} not reachable, building without cache: ${why}`, { cause });
}

function refused(place: SharedCache, why: string, cause: unknown): Fault {
  return new Fault("refused", unusable(place, why), { cause });
}

function unusable(place: SharedCache, why: string): string {
  return `${nameOf(place)} cannot be used, building without cache: ${why}`;
}

function readOnly(place: SharedCache, cause: unknown): Fault {
  return new Fault("read-only", `${nameOf(place)} is only read from: its access key may not write`, { cause });
}

function full(place: SharedCache, cause: unknown): Fault {
  const message = `${nameOf(place)} is full: what is made here is not shared. Make room with 'image-manager cache prune'`;
  return new Fault("full", message, { cause });
}

function endpointOf({ endpoint, region }: SharedCache): string {
  return endpoint ?? `Amazon S3 in ${region}`;
}

function wayOut({ endpoint }: SharedCache): string {
  return endpoint !== null && isLoopback(new URL(endpoint).host)
    ? "Run 'docker compose up -d' to start infrastructure services"
    : "Check the address and the network";
}

function keyOf({ credentials }: SharedCache): string {
  return typeof credentials === "object" && "accessKeyId" in credentials ? credentials.accessKeyId : "the credentials";
}

function secretOf({ credentials }: SharedCache): string {
  return typeof credentials === "object" && "secretAccessKey" in credentials
    ? credentials.secretAccessKey
    : "the credentials";
}
