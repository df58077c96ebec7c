/** The error codes of distribution-spec 1.1 that this registry uses, each with the status it is sent with. */
const statuses = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  SIZE_INVALID: 400,
  UNSUPPORTED: 400,
} as const;

export type Code = keyof typeof statuses;

/** One entry of the specification's error document. */
export interface Fault {
  readonly code: Code;
  readonly message: string;
  readonly detail?: Readonly<Record<string, string>>;
}

interface RefusalOptions {
  /** Where the status is not the code's usual one. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that cannot be served, and why: answered with a status and the specification's JSON. */
export class Refusal extends Error {
  readonly faults: readonly Fault[];
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(faults: readonly [Fault, ...Fault[]], { status, headers = {} }: RefusalOptions = {}) {
    super(faults[0].message);
    this.faults = faults;
    this.status = status ?? statuses[faults[0].code];
    this.headers = headers;
  }
}

/** Ends the handling of a request; an expression, so that it can stand behind `??`. */
export function refuse(code: Code, message: string, options: RefusalOptions & Pick<Fault, "detail"> = {}): never {
  const { detail, ...rest } = options;
  throw new Refusal([{ code, message, ...(detail && { detail }) }], rest);
}
