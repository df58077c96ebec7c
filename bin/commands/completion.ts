import { complete, completionScript, type VerbWords } from "../../infrastructure/terminal/completion.ts";
import { fail } from "../../src/problem.ts";
import type { Context } from "../context.ts";
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
  const long = flags.map((flag) => /--[\w-]+/.exec(flag.flags)?.[0] ?? "");
  const choices = operands.includes("target")
    ? "targets"
    : operands.includes("service")
      ? ["buildkitd", "registry"]
      : operands.includes("shell")
        ? shells
        : [];
  const names = hidden ? [] : [name, ...(alias ? [alias] : [])];
  return names.map((name) => ({ name, flags: long, operands: choices }));
}
