import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Json } from "../../src/json.ts";
import { ImagesError } from "../../src/problem.ts";
import { daemonize } from "../process/daemonize.ts";
import { killGroup } from "../process/group.ts";
import { startTime } from "../process/start-time.ts";
import { lockService } from "./lock.ts";
import { type DaemonRecord, isAlive, readRecord, removeRecord, writeRecord } from "./record.ts";
import type { Service, ServiceListener, ServiceMode, ServicePaths, ServiceState } from "./service.ts";

/** What makes one kind of daemon different from another. */
export interface DaemonKind {
  readonly name: string;
  readonly address: string;
  readonly version: string;
  readonly logFile: string;
  /** Where to look, or what to do, when it does not start. */
  readonly fix: string;
  /** Whether a daemon that runs with these settings will do. */
  suits(settings: Json): boolean;
  /** Prepares files and folders and says what to run; `settings` are those of the daemon it replaces. */
  launch(settings: Json | undefined): Promise<Launch>;
  /** Whether something listens there: asked by every command, so it has to be quick. */
  answers(address: string): Promise<boolean>;
  /** Whether it can work: asked once, after it was started. */
  ready(): Promise<boolean>;
}

export interface Launch {
  readonly command: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly mode: ServiceMode;
  readonly settings: Json;
}

/** Milliseconds that a daemon may take to get ready, and to end by itself. */
const patience = { start: 30_000, stop: 3_000 };

/** A daemon that outlives the command that started it; a record in the runtime folder leads the next one to it. */
export function createDaemon(kind: DaemonKind, paths: ServicePaths, emit: ServiceListener): Service {
  const { name } = kind;
  const { runtime } = paths;
  return {
    name,
    start: async (signal) => {
      const found = await readRecord(runtime, name);
      if (found && kind.suits(found.settings) && (await kind.answers(found.address))) return running(kind, found);
      await using _held = await lockService(paths, name, signal);
      return running(kind, await findOrLaunch(kind, runtime, emit, signal));
    },
    stop: async () => {
      await using _held = await lockService(paths, name);
      return await end(kind, runtime);
    },
    status: async () => {
      const found = await readRecord(runtime, name);
      if (!found) return { name, state: "stopped", address: kind.address };
      return { ...running(kind, found), state: (await kind.answers(found.address)) ? "running" : "unreachable" };
    },
  };
}

function running({ name }: DaemonKind, { pid, address, mode, version, since }: DaemonRecord): ServiceState {
  return { name, state: "running", address, mode, pid, version, since };
}

/** With the lock held, so that what is found is not half started by another command. */
async function findOrLaunch(
  kind: DaemonKind,
  runtime: string,
  emit: ServiceListener,
  signal?: AbortSignal,
): Promise<DaemonRecord> {
  const found = await readRecord(runtime, kind.name);
  // One that does not get ready is left over from a command that was killed while it started it, or hangs.
  if (found && kind.suits(found.settings) && (await becomesReady(kind, found, signal))) return found;
  await end(kind, runtime);
  emit({ type: "service", service: kind.name, state: "starting", detail: kind.address });
  const started = await launch(kind, runtime, found?.settings);
  if (!(await becomesReady(kind, started, signal))) {
    const alive = await isAlive(started);
    await end(kind, runtime);
    throw await notStarted(kind, alive);
  }
  emit({ type: "service", service: kind.name, state: "started", detail: `${kind.address}, ${started.mode}` });
  return started;
}

async function launch(kind: DaemonKind, runtime: string, before: Json | undefined): Promise<DaemonRecord> {
  const { name, address, version, logFile } = kind;
  const { command, env, cwd, mode, settings } = await kind.launch(before);
  await mkdir(dirname(logFile), { recursive: true, mode: 0o700 });
  const pid = await daemonize(command, { logFile, cwd, env });
  const started = { pid, startTime: (await startTime(pid)) ?? "", address, mode, version, settings };
  const record = { ...started, since: new Date().toISOString() };
  await writeRecord(runtime, name, record);
  return record;
}

async function becomesReady(kind: DaemonKind, record: DaemonRecord, signal?: AbortSignal): Promise<boolean> {
  const end = performance.now() + patience.start;
  for (let pause = 5; performance.now() < end; pause = Math.min(pause * 2, 100)) {
    if (!(await isAlive(record))) return false;
    if ((await kind.answers(record.address)) && (await kind.ready())) return true;
    await sleep(pause, undefined, { ...(signal && { signal }) });
  }
  return false;
}

async function end({ name }: DaemonKind, runtime: string): Promise<boolean> {
  const found = await readRecord(runtime, name);
  if (found) await killGroup(found.pid, patience.stop);
  await removeRecord(runtime, name);
  return found !== undefined;
}

async function notStarted({ name, logFile, fix }: DaemonKind, alive: boolean): Promise<ImagesError> {
  const log = (await readFile(logFile, "utf8").catch(() => "")).trimEnd().split("\n").slice(-20);
  const why = alive ? `it did not get ready within ${patience.start / 1000} s` : "it ended at once";
  return new ImagesError({
    code: "service-not-started",
    kind: "service",
    message: `Cannot start ${name}: ${why}`,
    looked: [logFile],
    log,
    fix,
  });
}
