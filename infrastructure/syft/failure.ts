import type { ScanRequest } from "../../src/ports.ts";
import { ImagesError, problemsOf } from "../../src/problem.ts";
import type { Ended, Running } from "../process/start.ts";

/** Why syft made no documents: from its last words, or from what ended it. */
export function scanFailure(request: ScanRequest, { code, signal }: Ended, tail: Running["tail"]): ImagesError {
  const error = tail.findLast((line) => line.includes(" ERROR ")) ?? "";
  const found = error.replace(/^.*? ERROR /, "").replace(/^could not determine source: .*?: oci-registry: /, "");
  const how = signal ? `was ended by ${signal}` : `ended with exit status ${code}`;
  return new ImagesError({
    ...failed(request, `syft ${how}`),
    ...(found === "" ? {} : { found }),
    log: tail.filter((line) => line !== error).slice(-10),
    fix:
      signal === "SIGKILL"
        ? "Programs are killed when memory runs out: syft takes about 300 MB for an image"
        : fixOf(found),
  });
}

/** Syft did not come to an end; `limit` in milliseconds. */
export function scanTimedOut(request: ScanRequest, limit: number): ImagesError {
  return new ImagesError({ ...failed(request, `syft took longer than ${limit / 1000} s`), fix: otherwise });
}

/** Whether a scan ended because the connection to the registry did. */
export function connectionBroke(error: unknown): boolean {
  const [{ code, found = "" } = { code: "" }] = problemsOf(error);
  return code === "scan-failed" && /unexpected EOF|connection reset|broken pipe|i\/o timeout/.test(found);
}

function failed({ image: { platform }, name, version }: ScanRequest, why: string) {
  const message = `Cannot list the packages of ${name}:${version} ${platform}: ${why}`;
  return { code: "scan-failed", kind: "task", message } as const;
}

const otherwise = "Run the command again, or do without: sbom: false";

/** What can be done about it, by syft's words. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [/no space left on device/, "Make room for the unpacked layers. IMAGE_MANAGER_CACHE names another folder"],
  [/UNAUTHORIZED|DENIED|\b40[13]\b/, "Log in with an account that may read the image: docker login"],
  [/connection refused|no such host|i\/o timeout/, "See whether the registry can be reached"],
];

function fixOf(found: string): string {
  return remedies.find(([words]) => words.test(found))?.[1] ?? otherwise;
}
