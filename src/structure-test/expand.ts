import type { EnvVar, StructureTest } from "../model/structure-test.ts";
import type { ImageConfig } from "./facts.ts";

/** Puts values in place of `$NAME` and `${NAME}` as Go's `os.Expand` does: unknown names are empty, nothing escapes. */
export function expand(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(variable, (_, braced?: string, bare?: string) => valueIn(values, braced ?? bare ?? ""));
}

/** Braces hold any name; a brace that is not closed is dropped; bare are words and the shell's one-letter names. */
const variable = /\$(?:\{([^}]*)\}|\{|([*#$@!?\d-]|\w+))/g;

function valueIn(values: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(values, name) ? (values[name] ?? "") : "";
}

/** The variables of a file's tests: the image's, then the file's global ones, whose values name the image's. */
export function environmentOf(
  { globalEnvVars }: Pick<StructureTest, "globalEnvVars">,
  { env }: Pick<ImageConfig, "env">,
): Readonly<Record<string, string>> {
  return { ...env, ...expanded(globalEnvVars, env) };
}

/** Variables with their values filled in. */
export function expanded(
  variables: readonly EnvVar[],
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(variables.map(({ key, value }) => [key, expand(value, values)]));
}
