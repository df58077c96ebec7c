import type { CommandTest, StructureTest } from "../model/structure-test.ts";
import { environmentOf, expand, expanded } from "./expand.ts";
import type { ImageConfig } from "./facts.ts";
import { matcher } from "./pattern.ts";

/** What the commands of a test are run with. */
export interface CommandPlan {
  readonly setup: readonly (readonly string[])[];
  readonly command: readonly string[];
  readonly teardown: readonly (readonly string[])[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** As USER has it; empty is root. */
  readonly user: string;
}

/** How a command ended. */
export interface CommandOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Docker's, for images that say nothing of it. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Plans a test's commands as the image says. Later variables win: the image's, the file's global ones, those `handed`
 * on, the test's own. The first two have their values put into the command; setup and teardown stay as written.
 */
export function planCommand(
  test: CommandTest,
  file: Pick<StructureTest, "globalEnvVars" | "containerRunOptions">,
  { config, handed }: { readonly config: ImageConfig; readonly handed: Readonly<Record<string, string>> },
): CommandPlan {
  const known = environmentOf(file, config);
  return {
    setup: test.setup,
    command: [test.command, ...test.args].map((word) => expand(word, known)),
    teardown: test.teardown,
    env: { PATH, ...known, ...handed, ...expanded(test.envVars, known) },
    cwd: config.workdir.startsWith("/") ? config.workdir : `/${config.workdir}`,
    user: file.containerRunOptions.user ?? config.user,
  };
}

/** What is wrong with how a command ended, one sentence each. */
export function checkCommand(test: CommandTest, { exitCode, stdout, stderr }: CommandOutcome): readonly string[] {
  return [
    ...(exitCode === test.exitCode ? [] : [`Exit code ${exitCode}, wanted ${test.exitCode}`]),
    ...missing("stdout", stdout, test.expectedOutput),
    ...unwanted("stdout", stdout, test.excludedOutput),
    ...missing("stderr", stderr, test.expectedError),
    ...unwanted("stderr", stderr, test.excludedError),
  ];
}

function missing(stream: string, text: string, patterns: readonly string[]): readonly string[] {
  return patterns
    .filter((pattern) => !matcher(pattern)(text))
    .map((pattern) => `${stream} does not match /${pattern}/`);
}

function unwanted(stream: string, text: string, patterns: readonly string[]): readonly string[] {
  return patterns
    .filter((pattern) => matcher(pattern)(text))
    .map((pattern) => `${stream} matches the excluded /${pattern}/`);
}
