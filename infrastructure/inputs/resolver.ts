import { sha256 } from "../../src/graph/key.ts";
import type { Input, InputValue, PinnedBase, Resolved, Tree } from "../../src/input.ts";
import { canonical, type Json } from "../../src/json.ts";
import type { Platform } from "../../src/model/platform.ts";
import type { Inputs } from "../../src/ports.ts";

type Of<Name extends Input["input"]> = Extract<Input, { input: Name }>;

/** How each kind of input is found out; `bin` gives the adapters. */
export interface InputSources {
  readonly tree: (input: Of<"tree">) => Promise<Tree>;
  readonly files: (globs: readonly string[]) => Promise<Tree>;
  readonly env: (name: string) => string | undefined;
  /** What a command prints about its version. */
  readonly versionOf: (command: readonly string[], signal?: AbortSignal) => Promise<string>;
  readonly tool: (name: string) => string;
  readonly external: (reference: string, platform: Platform, signal?: AbortSignal) => Promise<PinnedBase>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Found {
  readonly identity: Json;
  readonly value: unknown;
}

/** Resolves declared inputs, each only once a run. */
export function createInputs(sources: InputSources): Inputs {
  const known = new Map<string, Promise<Found>>();
  return {
    resolve: <I extends Input>(input: I, signal?: AbortSignal) => {
      const name = canonical(input as unknown as Json);
      const found = known.get(name) ?? find(input, sources, signal);
      known.set(name, found);
      return found as Promise<Resolved<I>>;
    },
  };
}

async function find(input: Input, sources: InputSources, signal: AbortSignal | undefined): Promise<Found> {
  switch (input.input) {
    case "tree":
      return ofTree(await sources.tree(input));
    case "files":
      return ofTree(await sources.files(input.globs));
    case "env":
      return ofVariable(sources.env(input.name));
    case "version":
      return plain(typeof input.of === "string" ? input.of : await sources.versionOf(input.of, signal));
    case "tool":
      return plain(`${input.name} ${sources.tool(input.name)}`);
    case "external":
      return ofBase(await sources.external(input.reference, input.platform, signal));
    case "period":
      return plain(String(Math.floor(sources.now() / 1000 / input.seconds)));
  }
}

function plain(text: string): Found {
  return { identity: text, value: text satisfies InputValue<Of<"version">> };
}

/** Every file with its mode and hash, so that a later comparison can say which one changed. */
function ofTree(tree: Tree): Found {
  const identity = tree.files.map((file): Json => {
    if (file.type === "link") return [file.path, "link", file.to];
    if (file.type === "folder") return [file.path, "folder", file.mode];
    return [file.path, file.mode, file.sha256];
  });
  return { identity, value: tree };
}

/** Keys are stored and shared: the value itself stays here. */
function ofVariable(value: string | undefined): Found {
  return { identity: value === undefined ? null : sha256(value), value: value ?? "" };
}

function ofBase(base: PinnedBase): Found {
  return { identity: { repository: base.repository, digest: base.digest }, value: base };
}
