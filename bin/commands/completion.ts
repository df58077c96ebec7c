import { completionScript } from "../../infrastructure/terminal/completion.ts";
import { fail } from "../../src/problem.ts";
import type { Context } from "../context.ts";

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
