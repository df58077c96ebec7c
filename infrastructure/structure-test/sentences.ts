import type { Platform } from "../../src/model/platform.ts";
import type { CommandPlan } from "../../src/structure-test/command.ts";
import type { Stop } from "../buildkit/chain.ts";
import { commandLine } from "../process/failure.ts";

/** What may be said of a chain that was ended. Time in milliseconds, output in bytes. */
export interface Limits {
  readonly timeout: number;
  readonly output: number;
}

/** Why a command that should have ended with 0, or at all, did not: one sentence. */
export function stopSentence(
  stop: Stop,
  command: readonly string[],
  { plan, platform, limits }: { readonly plan: CommandPlan; readonly platform: Platform; readonly limits: Limits },
): string {
  switch (stop.why) {
    case "exit-code":
      return `Exit code ${stop.code}: ${commandLine(command)}`;
    case "timeout":
      return `Stopped after ${limits.timeout / 1000} s: ${commandLine(command)}`;
    case "output":
      return `Stopped because it printed more than ${limits.output / 1024 ** 2} MiB: ${commandLine(command)}`;
    default:
      return notStarted(stop.reason, command[0] ?? "", plan, platform);
  }
}

/** Why an output cannot be judged; undefined when it is all there. */
export function cutSentence(output: string): string | undefined {
  const limit = /^\[output clipped, log limit (\S+) reached\]$/m.exec(output)?.[1];
  if (limit === undefined) return undefined;
  const settings = "BUILDKIT_STEP_LOG_MAX_SIZE=-1 and BUILDKIT_STEP_LOG_MAX_SPEED=-1";
  return `buildkitd cut the output at ${limit}: start it with ${settings} in its environment`;
}

function notStarted(reason: string, program: string, { env, user }: CommandPlan, platform: Platform): string {
  const refused = `Cannot execute ${program}`;
  if (/executable file not found/.test(reason))
    return `Command not found: ${program} is in no folder of PATH, which is ${env.PATH}`;
  if (/\bstat .*no such file/.test(reason)) return `Command not found: there is no ${program} in the image`;
  // The program is there, so it is what the kernel starts in its place.
  if (/^no such file/.test(reason)) return `${refused}: the interpreter or loader that it names is not in the image`;
  if (/exec format error/.test(reason))
    return `${refused}: it is neither a program for ${platform} nor a script that begins with #!`;
  if (/permission denied/.test(reason) && !/chdir/.test(reason)) return `${refused}: permission denied`;
  if (/unable to find (?:user|group)/.test(reason))
    return `No user or group ${user} in the image's /etc/passwd and /etc/group`;
  return `${refused}: ${reason}`;
}
