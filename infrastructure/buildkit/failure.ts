import type { BuildRequest } from "../../src/ports.ts";
import { ImagesError, type Problem } from "../../src/problem.ts";
import type { ProgressReader } from "./progress.ts";

/** What buildctl prints when the daemon cannot be reached or goes away in the middle. */
const lostDaemon =
  /connection refused|no such file or directory.*\.sock|code = Unavailable|error reading from server|transport is closing|failed to dial/;

/** Why a build failed, from what buildctl said: `builder-lost` when the daemon did, `layer-lost` when a cache of layers did. */
export function buildFailure(request: BuildRequest, reader: ProgressReader): ImagesError {
  const error = reasonIn(reader.messages);
  return new ImagesError(layerLost(error) ?? builderLost(error) ?? failedStep(request, reader, error));
}

/** The problem when a layer that is in the list of a layer cache could not be had: BuildKit looks for it late. */
function layerLost(reason: string): Problem | undefined {
  if (!/(?:^|: )failed to copy: operation error S3: /.test(reason)) return undefined;
  return {
    code: "layer-lost",
    kind: "task",
    message: "A layer could not be had from the shared cache",
    found: reason,
    fix: "Again without it: image-manager build --no-cache",
  };
}

/** What buildctl gives as the reason of its failure, in its own words. */
export function reasonIn(messages: readonly string[]): string {
  return (
    messages.findLast((line) => line.startsWith("error:"))?.slice("error: ".length) ?? "buildctl ended without a reason"
  );
}

/** The problem when the reason of a failure is that the daemon itself is gone. */
export function builderLost(reason: string): Problem | undefined {
  // A registry that the daemon cannot reach is told in much the same words, and a failed command may hold any.
  const other = /failed to (?:push|do request)|did not complete successfully: exit code/;
  if (!lostDaemon.test(reason) || other.test(reason)) return undefined;
  return {
    code: "builder-lost",
    kind: "service",
    message: "The connection to buildkitd was lost",
    found: reason,
    fix: "See 'image-manager status buildkitd'; 'image-manager start buildkitd' starts it again",
  };
}

function failedStep({ target, platform, origin }: BuildRequest, reader: ProgressReader, error: string): Problem {
  const { failed, messages } = reader;
  const line = lineOf(messages);
  const source = origin.lines[line - 1] ?? 0;
  const excerpt = origin.text.split("\n")[line - 1] ?? "";
  const rendered = { file: `dist/${target.replace(":", "/")}/Dockerfile`, line };
  return {
    code: "build-failed",
    kind: "task",
    message: reason(failed?.error || error),
    ...(origin.source !== null && source > 0 ? { place: { file: origin.source, line: source } } : {}),
    ...(line > 0 ? { rendered, excerpt } : {}),
    log: failed?.log ?? [],
    fix:
      advice(failed?.error || error, excerpt) ??
      `Again, by hand: image-manager build ${target} --platform ${platform} --no-cache`,
  };
}

/** BuildKit's words for a file that is not there say nothing to anybody. */
function advice(error: string, excerpt: string): string | undefined {
  if (notThere.test(error) && !excerpt.includes("--from="))
    return "COPY sees what lies in the image's folder and .dockerignore lets through";
  return /unable to find (user|groups) .*: invalid argument/.test(error)
    ? "After USER, RUN reads the image's own /etc/passwd and /etc/group: write both, or leave out USER"
    : undefined;
}

/** BuildKit prints `Dockerfile:9` above the excerpt that it shows. */
function lineOf(messages: readonly string[]): number {
  const place = messages.map((line) => /^Dockerfile:(\d+)$/.exec(line)?.[1]).find((line) => line !== undefined);
  return Number(place ?? 0);
}

const notThere = /failed to calculate checksum of ref \S+: ("[^"]+"): not found/;

function reason(error: string): string {
  const code = /did not complete successfully: exit code: (\d+)$/.exec(error)?.[1];
  if (code !== undefined) return `exit code ${code}`;
  return error.replace(/^failed to solve: /, "").replace(notThere, "$1 is not there");
}
