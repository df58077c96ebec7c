import type { CellPlan, CheckedImage, Level } from "./cells.ts";
import { type Checked, check } from "./check.ts";
import { type Path, writePath } from "./describe.ts";
import type { Reference } from "./reference.ts";
import { type Report, toThrown } from "./report.ts";
import { plain } from "./schema.ts";
import type { AnyCell, Own, Values } from "./types.ts";

/** A value and where it was written. */
export interface Placed<T> {
  readonly value: T;
  readonly path: Path;
}

/** The settings of one cell: functions called, levels merged. Absent is what nobody said. */
export interface Settled {
  readonly cell: AnyCell;
  /** What one level says. */
  at<K extends keyof Own>(level: Level, key: K): Placed<Own[K]> | undefined;
  /** What the last level that says it says. */
  last<K extends keyof Own>(key: K): Placed<Own[K]> | undefined;
  /** Records of all levels, the later winning per key. */
  merged<K extends "labels" | "args" | "secrets" | "modes" | "files">(key: K): Own[K];
  /** The named bases. */
  readonly bases: Readonly<Record<string, Placed<Reference>>>;
  /** Whether a function that was called so far threw or gave something wrong, which is reported. */
  failed(): boolean;
}

/** Settings of a layered variant that begin anew: they belong to the Dockerfile, and that is another. */
const ownToDockerfile: readonly string[] = ["from", "dockerfile", "stage", "rootfs", "files"] satisfies (keyof Own)[];

/** Prepares the settings of a cell; each function is called at most once. */
export function settle(plan: CellPlan, defaults: Level, report: Report): Settled {
  const cell = toCell(plan);
  let failed = false;
  const tell: Report = (finding) => {
    failed = true;
    report(finding);
  };
  const say = evaluator(plan.image, cell, tell);
  const levels: readonly Level[] = [defaults, ...plan.levels];
  const all = <K extends keyof Own>(key: K): readonly Placed<Own[K]>[] => {
    const heard = plan.layeredOn !== null && ownToDockerfile.includes(key) ? plan.levels.slice(-1) : levels;
    return heard.flatMap((level) => say(level, key));
  };
  return {
    cell,
    at: (level, key) => say(level, key)[0],
    last: (key) => all(key).at(-1),
    merged: (key) => Object.assign({}, ...all(key).map(({ value }) => value)),
    bases: evaluateBases(plan, cell, tell),
    failed: () => failed,
  };
}

/** The values of a cell: image, then tag, then variant; `%image%` and `%tag%` replaced. */
function toCell({ image, tag, variant, levels }: CellPlan): AnyCell {
  const merge = (key: "versions" | "variables"): Values =>
    replaceNames(Object.assign({}, ...levels.map(({ spec }) => spec[key])), image.name, tag);
  return { tag, variant: variant ?? undefined, versions: merge("versions"), variables: merge("variables") };
}

/** Replaces `%image%` and `%tag%` in every value; `%tag%` is the tag as it is listed. */
export function replaceNames(values: Values, image: string, tag: string): Values {
  const replace = (text: string): string => text.replaceAll("%image%", image).replaceAll("%tag%", tag);
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, replace(value)]));
}

type Say = <K extends keyof Own>(level: Level, key: K) => readonly Placed<Own[K]>[];

function evaluator(image: CheckedImage, cell: AnyCell, report: Report): Say {
  const said = new Map<string, readonly Placed<unknown>[]>();
  return <K extends keyof Own>({ spec, path: parent, caller }: Level, key: K) => {
    const path = [...parent, key];
    const name = path.join("\0");
    const known =
      said.get(name) ?? evaluate({ value: spec[key], path, caller }, plain[key], image.valid && cell, report);
    said.set(name, known);
    return known as readonly Placed<Own[K]>[];
  };
}

type Schema = Parameters<typeof check>[0];

/** The value of a setting, in a list; none where it is absent or wrong. Without a cell no function is called. */
function evaluate(setting: Checked, schema: Schema, cell: AnyCell | false, report: Report): readonly Placed<unknown>[] {
  const { value, path } = setting;
  if (value === undefined) return [];
  if (typeof value !== "function") return [{ value, path }];
  const result = cell && call({ ...setting, value: value as (cell: AnyCell) => unknown }, cell, report);
  if (!result) return [];
  const { right } = check(schema, { ...setting, value: result.value }, report);
  return right === undefined ? [] : [{ value: right, path }];
}

function call(
  { value, path, caller }: Checked & { readonly value: (cell: AnyCell) => unknown },
  cell: AnyCell,
  report: Report,
): { readonly value: unknown } | undefined {
  try {
    return { value: value(cell) };
  } catch (error) {
    const where = cell.variant === undefined ? cell.tag : `${cell.tag} ${cell.variant}`;
    report({ path, caller, ...toThrown(error, `${writePath(path)} for ${where}`) });
    return undefined;
  }
}

function evaluateBases(
  { image }: CellPlan,
  cell: AnyCell,
  report: Report,
): Readonly<Record<string, Placed<Reference>>> {
  const entries = Object.entries(image.spec.bases ?? {}).flatMap(([name, value]) =>
    evaluate(
      { value, path: [image.name, "bases", name], caller: image.caller },
      plain.from,
      image.valid && cell,
      report,
    ).map((placed) => [name, placed as Placed<Reference>] as const),
  );
  return Object.fromEntries(entries);
}
