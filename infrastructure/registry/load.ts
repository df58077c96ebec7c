import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fail } from "../../src/problem.ts";
import { run } from "../process/run.ts";
import { start } from "../process/start.ts";

/** What an engine said about the image it took: `Loaded image: localhost:5050/node:24`. */
export interface Loaded {
  readonly engine: "docker" | "podman";
  readonly message: string;
}

/** Asks whether an engine answers: Docker's client would be there without its daemon. */
const questions = {
  docker: ["docker", "version", "--format", "{{.Server.Version}}"],
  podman: ["podman", "info", "--format", "{{.Version.Version}}"],
} as const;

type Engine = keyof typeof questions;

/**
 * Streams an archive into the Docker or else the Podman that runs here.
 *
 * @throws ImagesError `engine-unreachable` when neither answers, `load-failed` with what the engine said.
 */
export async function loadArchive(
  archive: AsyncIterable<Uint8Array>,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<Loaded> {
  // The engines' clients read DOCKER_HOST and its like.
  const env = environment as Record<string, string>;
  const engine = await runningEngine(env, signal);
  const { stdin, done, tail } = start([engine, "load"], { env, signal, stdin: "pipe" });
  const sent = stdin ? pipeline(Readable.from(archive), stdin) : Promise.resolve();
  // An engine that refuses the archive closes its input first: what it says then is the better reason.
  const [sending, ended] = await Promise.allSettled([sent, done]);
  if (ended.status === "rejected") throw ended.reason;
  if (ended.value.code !== 0 && !ownFault(sending)) loadFailed(engine, ended.value.code, tail);
  if (sending.status === "rejected") throw sending.reason;
  return { engine, message: tail.at(-1) ?? "" };
}

async function runningEngine(env: Record<string, string>, signal: AbortSignal): Promise<Engine> {
  const looked: string[] = [];
  for (const engine of ["docker", "podman"] as const) {
    const answer = await ask(engine, env, signal);
    if (answer === undefined) return engine;
    looked.push(`${engine}: ${answer}`);
  }
  return fail({
    code: "engine-unreachable",
    kind: "service",
    message: "Neither Docker nor Podman answers",
    looked,
    fix: "Start one of them, or set DOCKER_HOST.",
  });
}

/** Why an engine cannot be used; undefined when it can. */
async function ask(engine: Engine, env: Record<string, string>, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { code, stderr } = await run(questions[engine], { env, signal, timeout: 10_000 });
    return code === 0 ? undefined : stderr.trim().split("\n").at(-1) || `exit status ${code}`;
  } catch (error) {
    signal.throwIfAborted();
    return (error as Error).message;
  }
}

/** Whether the archive itself could not be made, rather than not be taken. */
function ownFault(sending: PromiseSettledResult<unknown>): boolean {
  const { code = "" } = sending.status === "rejected" ? (sending.reason as NodeJS.ErrnoException) : {};
  return sending.status === "rejected" && !["EPIPE", "ECONNRESET", "ERR_STREAM_PREMATURE_CLOSE"].includes(code);
}

function loadFailed(engine: Engine, code: number | null, tail: readonly string[]): never {
  const message = `${engine} load ended with ${code === null ? "a signal" : `exit status ${code}`}`;
  fail({ code: "load-failed", kind: "task", message, log: tail.slice(-10) });
}
