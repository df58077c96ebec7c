import type { StepOutput } from "./chain-reader.ts";

/**
 * Why the runtime could not start a program, in its own words; null when it could.
 *
 * runc ends with exit code 1 then, as many a program does; only what it says on standard error tells the two apart.
 */
export function startFailure({ stdout, stderr }: StepOutput, program: string): string | null {
  if (stdout !== "") return null;
  const [, reason] = /^runc run failed: unable to start container process: (.*)\n$/s.exec(stderr) ?? [];
  if (reason !== undefined) return reason;
  // It has become the program by then, but for the kernel's refusal.
  const [, path = "", refusal] =
    /^exec (.+): (exec format error|no such file or directory|.*denied)\n$/.exec(stderr) ?? [];
  return refusal !== undefined && path.endsWith(program) ? refusal : null;
}
