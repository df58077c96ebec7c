import type { CellPlan, CheckedImage } from "./cells.ts";
import type { Report } from "./report.ts";
import { replaceNames, type Settled } from "./settle.ts";

/** `dotnet-sdk` as a build argument: `DOTNET_SDK`. */
function argumentName(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
}

/** The build arguments of a cell: `NAME_VERSION` of versions, `NAME` of variables, and `args` as they are. */
export function buildArguments(
  { image, tag }: CellPlan,
  settled: Settled,
  report: Report,
): Readonly<Record<string, string>> {
  const { versions, variables } = settled.cell;
  const all = [
    ...entries("versions", versions, (name) => `${argumentName(name)}_VERSION`),
    ...entries("variables", variables, argumentName),
    ...entries("args", replaceNames(settled.merged("args"), image.name, tag), (name) => name),
  ];
  for (const [argument, sources] of Map.groupBy(all, (entry) => entry.argument)) tell(argument, sources, image, report);
  return Object.fromEntries(all.map(({ argument, value }) => [argument, value]));
}

function tell(argument: string, sources: readonly Argument[], { name, caller }: CheckedImage, report: Report): void {
  const names = sources.map(({ from }) => from).join(" and ");
  const at = { path: [name], caller };
  if (sources.length > 1) {
    const found = `${names}, each the build argument ${argument}`;
    report({ ...at, code: "same-argument", found, wanted: "one name for one argument" });
  }
  if (/^\d/.test(argument)) {
    const found = `${names}, the build argument ${argument}`;
    report({ ...at, code: "invalid-argument", found, wanted: "a name that begins with a letter or _" });
  }
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
