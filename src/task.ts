import type { Blob, Made } from "./entry.ts";
import type { Input, InputValue } from "./input.ts";
import type { Platform } from "./model/platform.ts";
import type { Project, Target } from "./model/target.ts";
import type { Ports } from "./ports.ts";
import type { Problem } from "./problem.ts";

declare const output: unique symbol;

/** A planned task that others may need; its type knows what the task will give. */
export interface Handle<Output> {
  /** `build node:24.11.0 linux/amd64` */
  readonly id: string;
  /** The piece's own name, or null. */
  readonly name: string | null;
  readonly platform: Platform | null;
  readonly [output]?: Output;
}

type Needs = Readonly<Record<string, Handle<unknown> | readonly Handle<unknown>[]>>;
type Inputs = Readonly<Record<string, Input | readonly Input[]>>;

type NeedValue<N> = N extends Handle<infer O> ? O : N extends readonly Handle<infer O>[] ? readonly O[] : never;
type GivenInput<I> = I extends Input
  ? InputValue<I>
  : I extends readonly (infer E extends Input)[]
    ? readonly InputValue<E>[]
    : never;

/** What `run` gets for its declared needs and inputs, by name: outputs and resolved values. */
export type Given<N, I> = { readonly [K in keyof N]: NeedValue<N[K]> } & { readonly [K in keyof I]: GivenInput<I[K]> };

/** One piece of work, declared: everything that decides its result. */
export interface Piece<Spec, N, I> {
  /** Tells pieces of one kind, target and platform apart: `rootfs.tar`. */
  readonly name?: string;
  /** Absent: the piece is for all platforms of its target. */
  readonly platform?: Platform;
  /** Plain data; part of the key. */
  readonly spec: Spec;
  readonly needs?: N;
  /** Tasks that must have ended well before, whatever they gave. Not part of the key. */
  readonly after?: readonly Handle<unknown>[];
  readonly inputs?: I;
  /** Paths below dist/ that belong to this piece. */
  readonly owns?: readonly string[];
  /** Names that only one task at a time may hold, in all processes: published references. */
  readonly locks?: readonly string[];
}

/** The project as planning sees it: with the platform on which builds run (`$BUILDPLATFORM`). */
export interface PlannedProject extends Project {
  readonly buildPlatform: Platform;
}

/** Plans a kind for a target (or its id) and gives the handles; asking twice gives the same ones. */
export type Planned = <Output>(kind: TaskKind<Output>, target: Target | string) => readonly Handle<Output>[];

/** Which queue a kind's tasks wait in; each has a limit of its own. */
export type Queue = "render" | "build" | "test" | "network";

/** The answer of a kind that compares instead of remembering. */
export type Comparison<Output> =
  | { readonly equal: true; readonly output: Output }
  | { readonly equal: false; readonly reason: string };

export interface Definition<Spec, N, I, Output> {
  /** Its verb on the command line and its name in keys and messages. */
  readonly kind: string;
  /** Raised when the same inputs would give another result. */
  readonly version: number;
  /** One line for `--help`. */
  readonly summary?: string;
  readonly queue?: Queue;
  /** Pure: declares the pieces of work for a target. */
  plan(target: Target, planned: Planned, project: PlannedProject): readonly Piece<Spec, N, I>[];
  /** Does the work. Whatever it returns must be plain JSON. */
  run(spec: Spec, given: Given<N, I>, ports: Ports, signal: AbortSignal): Promise<Output>;
  /** What is gone of the things a remembered output names, in words, or null. Absent: the output itself is enough. */
  missing?(output: Output, spec: Spec, ports: Ports, signal: AbortSignal): Promise<string | null>;
  /** Stored files that an output names: they go where its entry goes. */
  blobs?(output: Output): readonly Blob[];
  /**
   * Looks where what is gone of the things a remembered output names can still be had, in words: the registry where
   * it was made. Null: nowhere.
   */
  source?(output: Output, spec: Spec, made: Made, ports: Ports, signal: AbortSignal): Promise<string | null>;
  /** Gets it from there. False: it has to be made again. */
  recover?(output: Output, spec: Spec, made: Made, ports: Ports, signal: AbortSignal): Promise<boolean>;
  /** For work that is compared with the world each time and never remembered. */
  compare?(spec: Spec, given: Given<N, I>, ports: Ports, signal: AbortSignal): Promise<Comparison<Output>>;
  /** What is wrong with a result. The task has then failed; its result is shown and reported, but not remembered. */
  failures?(output: Output, spec: Spec, target: Target): readonly Problem[];
  /** Puts a result where people look for it, unless it is there: after the work, and each time it was remembered. */
  restore?(output: Output, spec: Spec, ports: Ports, signal: AbortSignal): Promise<void>;
  /** A word for people about the result: a size, a digest. */
  note?(output: Output): string;
}

/** A kind of task, its inner types closed: planner, scheduler, cache, command line and reporters see only this. */
export interface TaskKind<Output> extends Definition<never, never, never, Output> {
  readonly queue: Queue;
  readonly summary: string;
}

/** Any kind, for lists of them. */
export type AnyKind = TaskKind<unknown>;

/**
 * Defines a kind of task. One file in `tasks/` per kind, and its name in `tasks/mod.ts`.
 *
 * `kind`, `version`, spec, inputs and the outputs of needs make the key, so the key and the work stand side by side.
 */
export function defineTask<Spec, const N extends Needs, const I extends Inputs, Output>(
  definition: Definition<Spec, N, I, Output>,
): TaskKind<Output> {
  return { queue: "network", summary: `Runs ${definition.kind}`, ...definition } as unknown as TaskKind<Output>;
}
