import { type Choices, complete, completionScript, type VerbWords } from "../../infrastructure/terminal/completion.ts";
import { platformNames } from "../../src/config/platforms.ts";
import { fail } from "../../src/problem.ts";
import type { Context } from "../context.ts";
import type { FlagDeclaration } from "../flags.ts";
import { loadForReading } from "../project.ts";
import type { Verb } from "../verbs.ts";

const shells = ["bash", "zsh", "fish"] as const;

/** Prints the completion script of a shell. */
export async function completion({ print }: Context, [wanted]: readonly string[]): Promise<number> {
  const shell = shells.find((name) => name === wanted);
  if (!shell)
    fail({
      code: "unknown-shell",
      kind: "usage",
      message: `No completion for '${wanted}'`,
      fix: `One of: ${shells.join(", ")}`,
    });
  print(completionScript(shell, "image-manager"));
  return 0;
}

/** Prints what the last of the words may become. Without a configuration there are no targets to offer. */
export async function candidates(context: Context, words: readonly string[], verbs: readonly Verb[]): Promise<number> {
  const project = await loadForReading(context, {}).catch(() => undefined);
  const targets =
    project?.targets.flatMap(({ id, image, aliases }) => [
      image,
      id,
      ...aliases.map(({ name }) => `${image}:${name}`),
    ]) ?? [];
  const found = complete(words, { verbs: verbs.flatMap(wordsOf), targets: [...new Set(targets)] });
  if (found.length > 0) context.print(found.join("\n"));
  return 0;
}

function wordsOf({ name, alias, flags, operands = "", hidden = false }: Verb): readonly VerbWords[] {
  const long = flags.map(longOf);
  const values = Object.fromEntries(
    flags.filter(({ kind }) => kind !== "switch").map((flag) => [longOf(flag), valuesOf(flag)]),
  );
  const choices = operands.includes("target")
    ? "targets"
    : operands.includes("service")
      ? ["buildkitd", "registry", "garage", "dind"]
      : operands.includes("shell")
        ? shells
        : [];
  const names = hidden ? [] : [name, ...(alias ? [alias] : [])];
  return names.map((name) => ({ name, flags: long, values, operands: choices }));
}

function longOf({ flags }: FlagDeclaration): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? "";
}

function valuesOf(flag: FlagDeclaration): Choices {
  if (flag.flags.endsWith("<target>")) return "targets";
  return flag.flags.endsWith("<platform>") ? platformNames : (flag.choices ?? []);
}
