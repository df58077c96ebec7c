import type { Blob, Made } from "../entry.ts";
import { keyOf, materialOf, type Parts } from "../graph/key.ts";
import type { Task } from "../graph/plan.ts";
import type { Input } from "../input.ts";
import type { Json } from "../json.ts";
import type { Target } from "../model/target.ts";
import type { Inputs, Ports, Stored } from "../ports.ts";
import type { Problem } from "../problem.ts";
import type { Comparison } from "../task.ts";
import type { World } from "./world.ts";

/** Whether a task's work is done already, and if not, why. `key` is null for kinds that compare. */
export type Verdict =
  | {
      readonly state: "cached";
      readonly output: Json;
      /** As it is remembered; null for what was compared. */
      readonly stored: Stored | null;
    }
  | {
      readonly state: "run";
      /** Null: it is not remembered. `reasonOf` says more. */
      readonly reason: string | null;
      readonly key: string | null;
      readonly material: Json;
      readonly given: object;
      /** The remembered work of which something is gone. */
      readonly stored?: Stored;
    };

/** A kind with its inner types opened: what the engine calls. */
export interface OpenKind {
  run(spec: Json, given: object, ports: Ports, signal: AbortSignal): Promise<Json>;
  blobs?(output: Json): readonly Blob[];
  source?(output: Json, spec: Json, made: Made, ports: Ports, signal: AbortSignal): Promise<string | null>;
  recover?(output: Json, spec: Json, made: Made, ports: Ports, signal: AbortSignal): Promise<boolean>;
  missing?(output: Json, spec: Json, ports: Ports, signal: AbortSignal): Promise<string | null>;
  compare?(spec: Json, given: object, ports: Ports, signal: AbortSignal): Promise<Comparison<Json>>;
  failures?(output: Json, spec: Json, target: Target): readonly Problem[];
  restore?(output: Json, spec: Json, ports: Ports, signal: AbortSignal): Promise<void>;
  note?(output: Json): string;
}

/** The engine's view of a task's kind; the types inside were checked by `defineTask`. */
export function opened(task: Task): OpenKind {
  return task.kind as unknown as OpenKind;
}

/** What `judge` needs: the world, the ports bound to the task, and the outputs of finished tasks by id. */
export interface Bench {
  readonly world: Pick<World, "inputs" | "store">;
  readonly ports: Ports;
  readonly outputs: ReadonlyMap<string, Json>;
  readonly force: boolean;
  readonly signal: AbortSignal;
}

/** Resolves a task's inputs, makes its key and looks for finished work. Changes nothing in the world. */
export async function judge(task: Task, bench: Bench): Promise<Verdict> {
  const inputs = await resolveInputs(task, bench.world.inputs, bench.signal);
  const needs = outputsOf(task, bench.outputs);
  const given = { ...inputs.values, ...needs };
  const kind = opened(task);
  if (kind.compare)
    return compared(await kind.compare(task.spec, given, bench.ports, bench.signal), given, bench.force);
  const material = materialOf(task, inputs.identities, needs);
  return remembered(task, { material, key: keyOf(material), given }, bench);
}

function compared(comparison: Comparison<Json>, given: object, force: boolean): Verdict {
  if (comparison.equal && !force) return { state: "cached", output: comparison.output, stored: null };
  const reason = comparison.equal ? "forced" : comparison.reason;
  return { state: "run", reason, key: null, material: null, given };
}

async function remembered(
  task: Task,
  made: { readonly material: Json; readonly key: string; readonly given: object },
  bench: Bench,
): Promise<Verdict> {
  if (bench.force) return { state: "run", reason: "forced", ...made };
  const stored = await bench.world.store.get(made.key);
  if (stored === undefined) return { state: "run", reason: null, ...made };
  const { entry } = stored;
  const missing = await opened(task).missing?.(entry.output, task.spec, bench.ports, bench.signal);
  if (missing != null) return { state: "run", reason: missing, ...made, stored };
  return { state: "cached", output: entry.output, stored };
}

/** What a task's inputs are now: identities for its key, values for its work. */
export async function resolveInputs(
  task: Task,
  inputs: Inputs,
  signal: AbortSignal,
): Promise<{ identities: Parts; values: object }> {
  const resolve = (input: Input) => inputs.resolve(input, signal);
  const identities: Record<string, Json> = {};
  const values: Record<string, unknown> = {};
  for (const [name, declared] of Object.entries(task.inputs)) {
    if ("input" in declared) {
      const { identity, value } = await resolve(declared);
      [identities[name], values[name]] = [identity, value];
    } else {
      const all = await Promise.all(declared.map(resolve));
      [identities[name], values[name]] = [all.map(({ identity }) => identity), all.map(({ value }) => value)];
    }
  }
  return { identities, values };
}

function outputsOf(task: Task, outputs: ReadonlyMap<string, Json>): Parts {
  const outputOf = (id: string): Json => outputs.get(id) ?? null;
  return Object.fromEntries(
    Object.entries(task.needs).map(([name, ids]) => [
      name,
      typeof ids === "string" ? outputOf(ids) : ids.map(outputOf),
    ]),
  );
}
