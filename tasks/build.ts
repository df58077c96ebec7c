import type { Digest, Made } from "../src/entry.ts";
import type { Input } from "../src/input.ts";
import type { Platform } from "../src/model/platform.ts";
import type { Base, RegistryPlace, Target } from "../src/model/target.ts";
import type { BoundBase, Ports, Registry, Repository } from "../src/ports.ts";
import { defineTask, type Handle, type Planned, type TaskKind } from "../src/task.ts";
import { prepare } from "./prepare.ts";
import { overlayInput } from "./render.ts";

/** What a build gives its dependants: a digest, and the repository of the home registry that holds it. */
export interface BuildOutput {
  readonly digest: Digest;
  /** Compressed layers in bytes. */
  readonly size: number;
  /** From the base up. */
  readonly layers: readonly Layer[];
  /** Without the registry's address, so that the keys of dependants are the same everywhere. */
  readonly repository: string;
}

export interface Layer {
  readonly digest: Digest;
  readonly size: number;
}

/** Builds a target for one platform on its parents' digests; BuildKit pushes the result by digest. */
export const build: TaskKind<BuildOutput> = defineTask({
  kind: "build",
  version: 2,
  summary: "Build targets and push them to the registry by digest",
  queue: "build",
  plan: (target, planned, { buildPlatform }) =>
    target.platforms.map((platform) => piece(target, platform, usedBases(target, platform, buildPlatform), planned)),
  run: async (
    spec,
    { context, overlays, parents, externals, files },
    { builder, registry, home, target, report },
    signal,
  ) => {
    const { repository, paths, parentBases, externalBases, ...request } = spec;
    const destination = repositoryAt(home, repository);
    const digest = await builder.build(
      {
        ...request,
        target: target.id,
        origin: target.dockerfile,
        secrets: target.secrets,
        context: context[0] ?? null,
        files: Object.fromEntries(files.map((blob, i) => [paths[i] ?? "", blob])),
        overlays: Object.fromEntries(overlays.map((tree, i) => [`im-overlay-${i}`, tree])),
        bases: [
          ...parents.flatMap((parent, i) =>
            bound(parentBases[i], repositoryAt(home, parent.repository), parent.digest),
          ),
          ...externals.flatMap((base, i) => bound(externalBases[i], outside(base.repository), base.digest)),
        ],
        destination,
      },
      report,
      signal,
    );
    const layers = await layersOf(registry, destination, digest);
    return { digest, size: layers.reduce((sum, { size }) => sum + size, 0), layers, repository };
  },
  missing: async ({ digest, repository }, _, { registry, home }, signal) => {
    const found = await registry.head(repositoryAt(home, repository), digest, signal);
    return found ? null : `${digest.slice(0, 19)}… is not in ${home.address}/${home.prefix}${repository}`;
  },
  source: async (output, _, made, ports, signal) =>
    (await copyable(output, made, ports, signal))?.place.address ?? null,
  recover: async (output, _, made, ports, signal) => {
    const from = await copyable(output, made, ports, signal);
    if (from === null) return false;
    const { digest, repository } = output;
    return await unlessFailed(signal, false, async () => {
      await ports.elsewhere.copy(from, repositoryAt(ports.home, repository), digest, signal);
      return true;
    });
  },
  note: ({ size }) => `${(size / 1e6).toFixed(size < 1e7 ? 1 : 0)} MB`,
});

/** A repository of the home registry. */
export function repositoryAt(place: RegistryPlace, name: string): Repository {
  return { place, name: `${place.prefix}${name}` };
}

/** The repository where a build was made, if that is another one than here, answers and still has it. */
async function copyable(
  { digest, repository }: BuildOutput,
  made: Made,
  { elsewhere, home }: Ports,
  signal: AbortSignal,
): Promise<Repository | null> {
  const there = placeOf(made);
  if (there.address === home.address && there.prefix === home.prefix) return null;
  const from = repositoryAt(there, repository);
  return await unlessFailed(signal, null, async () => ((await elsewhere.head(from, digest, signal)) ? from : null));
}

/** Behind a firewall, switched off, or on another machine's localhost: then the work is done here. */
async function unlessFailed<T>(signal: AbortSignal, instead: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    signal.throwIfAborted();
    return instead;
  }
}

/** The registry that an entry names: `host[:port]/prefix`. */
function placeOf({ registry }: Made): RegistryPlace {
  const slash = registry.indexOf("/");
  const address = registry.slice(0, slash);
  return { address, builderAddress: address, prefix: registry.slice(slash + 1), named: true };
}

async function layersOf(registry: Registry, repository: Repository, digest: Digest): Promise<readonly Layer[]> {
  const manifest = await registry.manifest(repository, digest);
  const text = new TextDecoder().decode(manifest?.body ?? new Uint8Array([123, 125]));
  // BuildKit writes null for an image without layers.
  const { layers } = JSON.parse(text) as { readonly layers?: readonly Layer[] | null };
  return (layers ?? []).map(({ digest, size }) => ({ digest, size }));
}

function piece(target: Target, platform: Platform, bases: readonly Use[], planned: Planned) {
  const { repository, dockerfile, buildArgs, labels, stage, ssh, epoch, compression, cacheVersion } = target;
  const parents = bases.filter((base) => "target" in base.from);
  const externals = bases.filter((base) => "external" in base.from);
  const files = planned(prepare, target).filter((file) => file.platform === null || file.platform === platform);
  const named = ({ name, platform }: Use) => ({ name, platform });
  return {
    platform,
    spec: {
      ...{ repository, platform, buildArgs, labels, stage, ssh, epoch, compression, cacheVersion },
      dockerfile: dockerfile.bound,
      secretIds: target.secrets.map(({ id }) => id),
      paths: files.map((file) => file.name ?? ""),
      parentBases: parents.map(named),
      externalBases: externals.map(named),
      owners: target.overlays.map(({ owner }) => owner),
    },
    needs: { files, parents: parents.flatMap((base) => parentBuild(base, target, planned)) },
    inputs: {
      buildkit: { input: "tool", name: "buildkitd" } as const,
      context: contextInputs(target),
      overlays: target.overlays.map(overlayInput),
      externals: externals.map(
        ({ from, platform }) =>
          ({ input: "external", reference: "external" in from ? from.external : "", platform }) as const,
      ),
    },
  };
}

/** A base on one of the platforms that stages use it on. */
interface Use extends Pick<Base, "name" | "from"> {
  readonly platform: Platform;
}

function usedBases(target: Target, platform: Platform, buildPlatform: Platform): readonly Use[] {
  const actual = (on: Base["on"][number]): Platform =>
    on === "target" ? platform : on === "build" ? buildPlatform : on;
  return target.dockerfile.bases.flatMap(({ name, from, on }) =>
    [...new Set(on.map(actual))].map((platform) => ({ name, from, platform })),
  );
}

/** The parent's build on the platform that the stage uses; the configuration's check has made sure there is one. */
function parentBuild(base: Use, target: Target, planned: Planned): readonly Handle<BuildOutput>[] {
  if (!("target" in base.from)) return [];
  const handle = planned(build, base.from.target).find(({ platform }) => platform === base.platform);
  if (!handle) throw new Error(`Internal error: ${target.id} needs ${base.from.target} on ${base.platform}`);
  return [handle];
}

function contextInputs({ context }: Target) {
  if (context.folder === null) return [];
  const { folder, exclude, modes } = context;
  return [{ input: "tree", folder, ignoreFile: true, exclude, modes } as const] satisfies readonly Input[];
}

function bound(
  use: Pick<Use, "name" | "platform"> | undefined,
  repository: Repository,
  digest: Digest,
): readonly BoundBase[] {
  return use ? [{ ...use, repository, digest }] : [];
}

/** `docker.io/library/debian` as a repository of its registry. */
function outside(reference: string): Repository {
  const slash = reference.indexOf("/");
  const address = reference.slice(0, slash);
  return { place: { address, builderAddress: address }, name: reference.slice(slash + 1) };
}
