import type { Entry } from "../entry.ts";
import type { Material } from "../graph/key.ts";
import type { Input, PinnedBase } from "../input.ts";
import type { Json } from "../json.ts";

/** What a key was made from, with the names that the task gave it. */
export type Source = Pick<Entry, "declared"> & { readonly material: Json };

/** One thing that decides a task's result. */
export interface Fact {
  readonly sort: Sort;
  /** What people call it: a file's path, an argument's name, a target. */
  readonly name: string;
  readonly value: Json;
}

/** `parent`: a need of the same kind, from another target. `schema` and `kind` are image-manager's own versions. */
export type Sort =
  | "schema"
  | "kind"
  | "platform"
  | "file"
  | "folder"
  | "argument"
  | "label"
  | "annotation"
  | "dockerfile"
  | "test"
  | "setting"
  | "base"
  | "parent"
  | "need"
  | "tool"
  | "version"
  | "variable"
  | "period";

/** Everything that a key was made from, file by file and setting by setting. */
export function factsOf({ material, declared }: Source): readonly Fact[] {
  const { schema, kind, version, spec, platform, inputs, needs } = material as Material;
  return [
    { sort: "schema", name: "keys", value: schema },
    { sort: "kind", name: kind, value: version },
    { sort: "platform", name: "platform", value: platform },
    ...pairs<Input>(declared.inputs, inputs).flatMap(([input, identity]) => ofInput(input, identity, platform)),
    ...pairs<string>(declared.needs, needs).map(([id, output]) => ofNeed(id, output, kind, platform)),
    ...Object.entries(spec as Fields).flatMap(([name, value]) => ofField(name, value)),
  ];
}

/** What every spec is, whatever its kind: only the names of its fields are known here. */
type Fields = Readonly<Record<string, Json>>;

/** Declared things, alone or in lists, each with what it was. */
function pairs<T>(
  declared: Readonly<Record<string, T | readonly T[]>>,
  found: Fields,
): readonly (readonly [T, Json])[] {
  // A list was resolved to a list of the same length and order.
  return Object.entries(declared).flatMap(([name, one]) => {
    const value = found[name] ?? null;
    if (!Array.isArray(one)) return [[one as T, value] as const];
    return (one as readonly T[]).map((it, i) => [it, (value as readonly Json[])[i] ?? null] as const);
  });
}

function ofInput(input: Input, identity: Json, platform: string | null): readonly Fact[] {
  switch (input.input) {
    case "tree":
      return filesOf(identity, `${input.folder}/`);
    case "files":
      return filesOf(identity, "");
    case "env":
      // One that is not set is as if it were not declared: that it is, is a setting.
      return identity === null ? [] : [{ sort: "variable", name: input.name, value: identity }];
    case "version":
      return [
        { sort: "version", name: typeof input.of === "string" ? "its pin" : input.of.join(" "), value: identity },
      ];
    case "tool":
      return [{ sort: "tool", name: input.name, value: String(identity).slice(input.name.length + 1) }];
    case "external": {
      const { digest } = identity as unknown as PinnedBase;
      return [{ sort: "base", name: onPlatform(input.reference, input.platform, platform), value: digest }];
    }
    case "period":
      return [{ sort: "period", name: span(input.seconds), value: identity }];
  }
}

/** `7 days`, `90 minutes`: in the largest unit that leaves no rest. */
function span(seconds: number): string {
  const [name, length] = units.find(([, length]) => seconds % length === 0) ?? ["second", 1];
  const amount = seconds / length;
  return `${amount} ${name}${amount === 1 ? "" : "s"}`;
}

const units = [["day", 86_400] as const, ["hour", 3600] as const, ["minute", 60] as const];

/** A file is `[path, mode, sha256]`, `[path, "link", to]` or `[path, "folder", mode]`. */
function filesOf(identity: Json, folder: string): readonly Fact[] {
  return (identity as readonly (readonly [string, ...Json[]])[]).map(([path, ...value]) => ({
    sort: value[0] === "folder" ? "folder" : "file",
    name: folder + path,
    value,
  }));
}

/** `build base:13 linux/amd64` is, to another build for that platform, the parent `base:13`. */
function ofNeed(id: string, output: Json, kind: string, platform: string | null): Fact {
  const [needed, target = "", on] = id.split(" ");
  if (needed !== kind) return { sort: "need", name: id, value: output };
  return { sort: "parent", name: onPlatform(target, on ?? platform, platform), value: output };
}

/** Most bases and parents are for the platform of the task itself: then it goes without saying. */
function onPlatform(name: string, platform: string | null, own: string | null): string {
  return platform === own ? name : `${name} on ${platform}`;
}

/** Fields of a spec whose parts have a name of their own: those of a target, mostly. */
const named: Readonly<Record<string, Sort>> = {
  buildArgs: "argument",
  labels: "label",
  annotations: "annotation",
  tests: "test",
};

/** A field of a spec; of those above each part is a fact of its own. Elements of lists have a name, as test files do. */
function ofField(name: string, value: Json): readonly Fact[] {
  const sort = named[name];
  if (name === "dockerfile") return [{ sort: "dockerfile", name: "Dockerfile", value }];
  if (sort === undefined) return [{ sort: "setting", name, value }];
  if (!Array.isArray(value))
    return Object.entries(value as Fields).map(([key, one]) => ({ sort, name: key, value: one }));
  return (value as readonly Fields[]).map((one) => ({ sort, name: String(one.name), value: one }));
}
