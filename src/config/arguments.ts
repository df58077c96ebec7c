import type { CellPlan } from "./cells.ts";
import type { Report } from "./report.ts";
import { replaceNames, type Settled } from "./settle.ts";

/** `dotnet-sdk` as a build argument: `DOTNET_SDK`. */
function argumentName(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
}

/** The build arguments of a cell: `NAME_VERSION` of versions, `NAME` of variables, and `args` as they are. */
export function buildArguments(
  { image, tag, levels }: CellPlan,
  settled: Settled,
  report: Report,
): Readonly<Record<string, string>> {
  const { versions, variables } = settled.cell;
  const all = [
    ...entries("versions", versions, (name) => `${argumentName(name)}_VERSION`),
    ...entries("variables", variables, argumentName),
    ...entries("args", replaceNames(settled.merged("args"), image.name, tag), (name) => name),
  ];
  const path = levels.at(-1)?.path ?? [];
  for (const [argument, [first, second]] of Map.groupBy(all, (entry) => entry.argument)) {
    const names = `${first?.from} and ${second?.from}`;
    if (second)
      report({
        code: "same-argument",
        path: [image.name],
        caller: image.caller,
        found: `${names}, both the build argument ${argument}`,
        wanted: "one name for one argument",
      });
    if (!/^[A-Z_]/i.test(argument))
      report({
        code: "invalid-argument",
        path: [...path],
        caller: image.caller,
        found: `${first?.from}, the build argument ${argument}`,
        wanted: "a name that begins with a letter or _",
      });
  }
  return Object.fromEntries(all.map(({ argument, value }) => [argument, value]));
}

interface Argument {
  readonly argument: string;
  /** Where it is from, for messages: `versions["dotnet-sdk"]`. */
  readonly from: string;
  readonly value: string;
}

function entries(
  of: string,
  values: Readonly<Record<string, string | undefined>>,
  name: (name: string) => string,
): readonly Argument[] {
  return Object.entries(values).map(([key, value = ""]) => ({
    argument: name(key),
    from: `${of}[${JSON.stringify(key)}]`,
    value,
  }));
}
