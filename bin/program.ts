import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { Context } from "./context.ts";
import { configFlag, type FlagDeclaration, type Flags } from "./flags.ts";
import { type Verb, verbs } from "./verbs.ts";

/** A wrong command line: commander has printed why. */
export const usageStatus = 2;

/** Parses the arguments and does the verb. Gives the exit status; problems of the verb itself are thrown. */
export async function dispatch(argv: readonly string[], context: Context): Promise<number> {
  let status = 0;
  const program = base(context);
  for (const verb of verbs) {
    const command = declare(program.command(verb.name, { hidden: verb.hidden ?? false }), verb);
    command.action(async (...given: readonly unknown[]) => {
      // commander gives the operands (when there are any), the flags and the command.
      const operands = given.length > 2 ? [given[0] ?? []].flat().map(String) : [];
      status = await verb.execute(context, operands, { ...program.opts<Flags>(), ...(given.at(-2) as Flags) });
    });
  }
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 || error.code === "commander.helpDisplayed" ? 0 : usageStatus;
  }
  return status;
}

function base({ print, printError, environment }: Context): Command {
  return new Command("image-manager")
    .description("Describe container images in TypeScript; build, cache and publish them as a graph of tasks.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => print(text.trimEnd()),
      writeErr: (text) => printError(text.trimEnd()),
      getOutHasColors: () => environment.color,
    })
    .showSuggestionAfterError(true)
    .helpCommand("help [verb]", "Show help for a verb")
    .option("-V, --version", "print the version")
    .addOption(optionOf(configFlag))
    .addHelpText(
      "after",
      "\nTargets: node · node:24.11.0 · node:24 (an alias) · 'node:*-semantic'; none means all.\nExit status: 0 done, 1 a task failed, 2 usage, 3 configuration, 4 a structure test failed,\n5 a service cannot be reached.",
    );
}

function declare(command: Command, verb: Verb): Command {
  command.description(verb.summary);
  if (verb.alias) command.alias(verb.alias);
  if (verb.operands) command.argument(verb.operands);
  for (const flag of verb.flags) command.addOption(optionOf(flag));
  return command.addHelpText("after", `\nExample:\n  ${verb.example}`);
}

function optionOf({ flags, about, kind, choices }: FlagDeclaration): Option {
  const option = new Option(flags, about);
  if (choices) option.choices([...choices]);
  if (kind === "number") option.argParser(positive);
  if (kind === "list")
    option.argParser((value: string, before: readonly string[] = []) => [...before, ...value.split(",")]);
  return option;
}

function positive(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("It is a whole number above 0.");
}
