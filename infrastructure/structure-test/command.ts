import { randomBytes } from "node:crypto";
import type { CommandTest, TestFile } from "../../src/model/structure-test.ts";
import type { ImageAt, TestResult } from "../../src/ports.ts";
import { type CommandOutcome, type CommandPlan, checkCommand, planCommand } from "../../src/structure-test/command.ts";
import type { ImageConfig } from "../../src/structure-test/facts.ts";
import { addressOf } from "../buildkit/arguments.ts";
import type { ChainEnd } from "../buildkit/chain.ts";
import type { Chain } from "../buildkit/llb.ts";
import { refuseForeign } from "./emulation.ts";
import { cutSentence, type Limits, stopSentence } from "./sentences.ts";

export interface CommandContext {
  readonly image: ImageAt;
  readonly config: ImageConfig;
  readonly limits: Limits;
  /** Variables that the file's options hand on. */
  readonly handed: Readonly<Record<string, string>>;
  readonly run: (chain: Chain) => Promise<ChainEnd>;
  /** Takes what is worth saying and decides nothing. */
  readonly log: (line: string) => void;
}

/** A test's place in its file: `commandTests[2]`. */
export interface CommandAt {
  readonly file: TestFile;
  readonly test: CommandTest;
  readonly at: string;
}

/** So much of the end of an output is kept with the result. */
const keptOutput = 64 * 1024;

/** Runs a command test as one chain of steps: setup, the command, teardown. */
export async function testCommand({ file, test, at }: CommandAt, context: CommandContext): Promise<TestResult> {
  const plan = planCommand(test, file, context);
  const end = await execute(plan, test.exitCode, context);
  const { stdout = "", stderr = "", duration = 0 } = end.begun[plan.setup.length] ?? end.begun.at(-1) ?? {};
  return {
    file: file.name,
    at,
    name: test.name,
    errors: judge(test, plan, end, context),
    stdout: stdout.slice(-keptOutput),
    stderr: stderr.slice(-keptOutput),
    duration,
  };
}

async function execute(plan: CommandPlan, exitCode: number, { image, run }: CommandContext): Promise<ChainEnd> {
  const end = await run(chainOf(plan, exitCode, image));
  const reason = end.stop?.why === "not-started" ? end.stop.reason : "";
  refuseForeign(image.platform, reason);
  // Docker takes a number as it is, with group 0; BuildKit only where there is a file to look its group up in.
  const lonely = /^\d+$/.test(plan.user) && /unable to find user \d+: invalid argument/.test(reason);
  return lonely ? await run(chainOf({ ...plan, user: `${plan.user}:0` }, exitCode, image)) : end;
}

/** BuildKit does equal steps once. With a host name of its own, as a container has one, no step equals another. */
function chainOf({ setup, command, teardown, env, cwd, user }: CommandPlan, exitCode: number, image: ImageAt): Chain {
  const hostname = randomBytes(6).toString("hex");
  const shared = { env: { HOSTNAME: hostname, ...env }, cwd, user, hostname, exitCode: 0 };
  const steps = [
    ...setup.map((args) => ({ ...shared, args })),
    { ...shared, args: command, exitCode },
    ...teardown.map((args) => ({ ...shared, args })),
  ];
  return { image: `${addressOf(image.repository)}@${image.digest}`, platform: image.platform, steps };
}

/** A setup that fails decides, a teardown never does. */
function judge(test: CommandTest, plan: CommandPlan, end: ChainEnd, context: CommandContext): readonly string[] {
  const { begun, stop } = end;
  const [last, place] = [begun.length - 1, plan.setup.length];
  const { stdout, stderr } = begun[place] ?? { stdout: "", stderr: "" };
  if (stop === null) return checkOutput(test, { exitCode: test.exitCode, stdout, stderr });
  if (last === place && stop.why === "exit-code") return checkOutput(test, { exitCode: stop.code, stdout, stderr });
  const { platform } = context.image;
  const sentence = stopSentence(stop, [...plan.setup, plan.command, ...plan.teardown][last] ?? [], {
    ...context,
    plan,
    platform,
  });
  if (last <= place) return [last < place ? `Setup ${last + 1} of ${place}: ${sentence}` : sentence];
  context.log(`Teardown ${last - place} of ${plan.teardown.length} of '${test.name}': ${sentence}`);
  return checkOutput(test, { exitCode: test.exitCode, stdout, stderr });
}

/** Half an output is only good enough for those who want nothing of it. */
function checkOutput(test: CommandTest, outcome: CommandOutcome): readonly string[] {
  const cut = cutSentence(outcome.stdout) ?? cutSentence(outcome.stderr);
  const { expectedOutput, excludedOutput, expectedError, excludedError } = test;
  const patterns = [expectedOutput, excludedOutput, expectedError, excludedError].flat();
  return cut !== undefined && patterns.length > 0 ? [cut] : checkCommand(test, outcome);
}
