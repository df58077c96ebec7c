import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Digest } from "../../src/entry.ts";
import type { Progress } from "../../src/events.ts";
import type { Secret } from "../../src/model/target.ts";
import type { Blobs, Builder, BuildRequest, Repository } from "../../src/ports.ts";
import { fail } from "../../src/problem.ts";
import { stageTree, stampTimes } from "../files/stage.ts";
import { makeScratch } from "../process/scratch.ts";
import { start } from "../process/start.ts";
import { buildArguments, type StagedBuild } from "./arguments.ts";
import { buildFailure } from "./failure.ts";
import { type LayerCache, layerArguments } from "./layers.ts";
import { ProgressReader } from "./progress.ts";

/** How to reach a daemon: buildctl's path and the daemon's address (`unix:///…`). */
export interface BuildkitConnection {
  readonly buildctl: string;
  readonly address: string;
}

export interface BuilderSettings {
  /** Starts or finds the daemon, and the registry that it will push to. */
  readonly connect: (destination: Repository, signal: AbortSignal) => Promise<BuildkitConnection>;
  /** The project's folder, absolute. */
  readonly project: string;
  /** Folder for staged contexts, on the blobs' file system. */
  readonly scratch: string;
  readonly blobs: Blobs;
  /** What buildctl may see: credentials' folder, ssh agent, variables that secrets name. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether steps that BuildKit has done before may be taken from its cache. */
  readonly cache: boolean;
  /** Where layers are kept for others, asked for by each build; null: nowhere. */
  readonly layers: () => Promise<LayerCache | null>;
}

/** Builds with one buildctl process per target and platform. */
export function createBuilder(settings: BuilderSettings): Builder {
  return {
    build: async (request, report, signal) => {
      const connecting = Promise.all([settings.connect(request.destination, signal), settings.layers()]);
      // Staging goes on meanwhile, and is at its end before a failure to connect is told.
      connecting.catch(() => {});
      await using folder = await makeScratch(settings.scratch);
      const staged = await stage(request, folder.path, settings);
      const [connection, layers] = await connecting;
      await solve(connection, request, staged, { report, signal, settings, layers });
      return await digestOf(staged.metadata);
    },
  };
}

async function stage(request: BuildRequest, folder: string, { project, blobs }: BuilderSettings): Promise<StagedBuild> {
  const dockerfile = join(folder, "dockerfile");
  const context = join(folder, "context");
  await mkdir(dockerfile);
  await writeFile(join(dockerfile, "Dockerfile"), request.dockerfile, { mode: 0o644 });
  await stampTimes(dockerfile, request.dockerfile);
  await stageTree(request.context, project, context, await pathsOf(request.files, blobs));
  const overlays: Record<string, string> = {};
  for (const [name, tree] of Object.entries(request.overlays)) {
    overlays[name] = join(folder, name);
    await stageTree(tree, project, overlays[name], {});
  }
  return { dockerfile, context, overlays, metadata: join(folder, "metadata.json") };
}

async function pathsOf(files: BuildRequest["files"], blobs: Blobs): Promise<Record<string, string>> {
  const paths: Record<string, string> = {};
  for (const [path, blob] of Object.entries(files)) {
    paths[path] = (await blobs.path(blob)) ?? lost(path);
  }
  return paths;
}

/** Its size was right when the plan was made, its content is not; it has been removed. */
function lost(path: string): never {
  const message = `The prepared file ${path} was damaged in the store`;
  return fail({ code: "blob-lost", kind: "task", message, fix: "Run the command again: it is made anew" });
}

interface SolveOptions {
  readonly report: (progress: Progress) => void;
  readonly signal: AbortSignal;
  readonly settings: BuilderSettings;
  readonly layers: LayerCache | null;
}

async function solve(
  connection: BuildkitConnection,
  request: BuildRequest,
  staged: StagedBuild,
  options: SolveOptions,
): Promise<void> {
  const { report, signal, settings, layers } = options;
  const reader = new ProgressReader(report);
  const command = [
    connection.buildctl,
    "--addr",
    connection.address,
    ...buildArguments({ ...request, secrets: request.secrets.filter((secret) => hasValue(secret, settings)) }, staged),
    ...(settings.cache ? [] : ["--no-cache"]),
    ...(layers === null ? [] : layerArguments(request, layers)),
  ];
  const { project: cwd, environment: env } = settings;
  const process = start(command, { cwd, env, signal, onLine: (_, line) => reader.line(line) });
  const { code } = await process.done;
  signal.throwIfAborted();
  if (code !== 0) throw buildFailure(request, reader);
}

/** buildctl refuses a secret without a value; that all the others have one was seen to before the run. */
function hasValue({ source }: Secret, { environment, project }: BuilderSettings): boolean {
  return "env" in source ? environment[source.env] !== undefined : existsSync(resolve(project, source.file));
}

async function digestOf(metadata: string): Promise<Digest> {
  const described = JSON.parse(await readFile(metadata, "utf8")) as { "containerimage.digest": Digest };
  return described["containerimage.digest"];
}
