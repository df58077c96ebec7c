import type { KeyValue, MetadataTest } from "../model/structure-test.ts";
import type { ImageConfig } from "./facts.ts";
import { matcher, shown } from "./pattern.ts";

type Values = Readonly<Record<string, string>>;

/** What an image's configuration says otherwise than wanted. */
export function metadataErrors(test: MetadataTest, config: ImageConfig): readonly string[] {
  const exposed = (port: string) => config.ports.some((one) => samePort(port, one));
  const declared = (volume: string) => config.volumes.includes(volume);
  return [
    ...test.envVars.flatMap((wanted) => wrongValue("Variable", wanted, config.env)),
    ...test.unboundEnvVars.flatMap((name) => unwantedValue(name, config.env)),
    ...test.labels.flatMap((wanted) => wrongValue("Label", wanted, config.labels)),
    ...wrongWords("Entrypoint", config.entrypoint, test.entrypoint),
    ...wrongWords("Command", config.cmd, test.cmd),
    ...wrongText("Working directory", config.workdir, test.workdir),
    ...wrongText("User", config.user, test.user),
    ...test.exposedPorts.filter((port) => !exposed(port)).map((port) => `Port ${port} is not exposed`),
    ...test.unexposedPorts.filter(exposed).map((port) => `Port ${port} is exposed and should not be`),
    ...test.volumes.filter((volume) => !declared(volume)).map((volume) => `Volume ${volume} is not declared`),
    ...test.unmountedVolumes.filter(declared).map((volume) => `Volume ${volume} is declared and should not be`),
  ];
}

function wrongValue(what: string, { key, value, isRegex }: KeyValue, values: Values): readonly string[] {
  const actual = valueIn(values, key);
  const right = actual !== undefined && (isRegex ? matcher(value)(actual) : actual === value);
  const wanted = `wanted ${isRegex ? `a match for ${shown(value)}` : JSON.stringify(value)}`;
  return right ? [] : [`${what} ${key} is ${actual === undefined ? "not set" : JSON.stringify(actual)}, ${wanted}`];
}

function unwantedValue(name: string, values: Values): readonly string[] {
  const actual = valueIn(values, name);
  return actual === undefined ? [] : [`Variable ${name} is ${JSON.stringify(actual)} and should not be set`];
}

function valueIn(values: Values, key: string): string | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

function wrongWords(what: string, actual: readonly string[], wanted: readonly string[] | null): readonly string[] {
  if (wanted === null || JSON.stringify(actual) === JSON.stringify(wanted)) return [];
  return [`${what} is ${JSON.stringify(actual)}, wanted ${JSON.stringify(wanted)}`];
}

function wrongText(what: string, actual: string, wanted: string | null): readonly string[] {
  if (wanted === null || actual === wanted) return [];
  return [`${what} is ${actual === "" ? "not set" : JSON.stringify(actual)}, wanted ${JSON.stringify(wanted)}`];
}

/** `53` is port 53 of any protocol; one without a protocol in the image's configuration is of TCP. */
function samePort(wanted: string, exposed: string): boolean {
  const [number, protocol = "tcp"] = exposed.split("/");
  return wanted === number || wanted === `${number}/${protocol}`;
}
