import { createHash } from "node:crypto";
import { type Platform, toOciPlatform } from "../../src/model/platform.ts";
import { entry, integer, message, text, texts } from "./protobuf.ts";

/** Commands on an image, each on what the one before it left. */
export interface Chain {
  /** `localhost:5050/node@sha256:…`, as the daemon reaches it. */
  readonly image: string;
  readonly platform: Platform;
  readonly steps: readonly Step[];
}

/** One command: exactly these arguments, with nothing of a shell. */
export interface Step {
  readonly args: readonly string[];
  /** Values by name. BuildKit adds a PATH where there is none. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute; made when it is not there. */
  readonly cwd: string;
  /** As USER has it: a name or an id, and a group after a colon; empty is root. */
  readonly user: string;
  readonly hostname: string;
  /** The exit code, from 0 to 255, after which the chain goes on. */
  readonly exitCode: number;
}

/**
 * Writes a chain as LLB, which `buildctl build` without a frontend reads from its standard input: operations that name
 * their inputs by digest. In the progress its steps are called as `stepName` says.
 *
 * Messages and the numbers of their fields are those of BuildKit 0.26's `solver/pb/ops.proto`.
 */
export function definitionOf({ image, platform, steps }: Chain): Buffer {
  const ops = [Buffer.concat([message(3, text(1, `docker-image://${image}`)), platformField(platform)])];
  const names: Buffer[] = [];
  for (const [i, step] of steps.entries()) {
    const op = Buffer.concat([inputField(ops), execField(step), platformField(platform)]);
    ops.push(op);
    names.push(nameField(op, stepName(i)));
  }
  // The last one has no work of its own: it says which result is wanted.
  const all = [...ops, inputField(ops)];
  return Buffer.concat([...all.map((op) => message(1, op)), ...names]);
}

/** What a step is called in the progress. */
export function stepName(place: number): string {
  return `step ${place + 1}`;
}

/** The place in the chain of the step with this name; -1 for what is no step. */
export function placeOf(name: string): number {
  return Number(/^step (\d+)$/.exec(name)?.[1] ?? 0) - 1;
}

/** `Definition.metadata`: a description by the digest of the operation. BuildKit's progress has digests of its own. */
function nameField(op: Buffer, name: string): Buffer {
  return entry(2, digestOf(op), entry(2, "llb.customname", Buffer.from(name)));
}

/** `Op.inputs`: the first output of the operation before. */
function inputField(ops: readonly Buffer[]): Buffer {
  return message(1, text(1, digestOf(ops.at(-1) ?? Buffer.of())));
}

/** `Op.exec` with the one mount that RUN has, too: its input as the root, which it may write to. */
function execField({ args, env, cwd, user, hostname, exitCode }: Step): Buffer {
  const meta = [
    ...texts(1, args),
    ...texts(
      2,
      Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ),
    text(3, cwd),
    text(4, user),
    text(7, hostname),
    // What was made only to mount something on it goes again: no later step shall see it.
    integer(11, 1),
    integer(12, exitCode),
  ];
  return message(2, message(1, ...meta), message(2, text(3, "/")));
}

function platformField(platform: Platform): Buffer {
  const { os, architecture, variant = "" } = toOciPlatform(platform);
  return message(10, text(1, architecture), text(2, os), text(3, variant));
}

function digestOf(op: Buffer): string {
  return `sha256:${createHash("sha256").update(op).digest("hex")}`;
}
