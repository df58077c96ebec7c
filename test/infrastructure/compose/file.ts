import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** What the tests read of a service in docker-compose.yml. */
export interface ComposeService {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports: readonly string[];
  readonly healthcheck: { readonly test: readonly string[] };
}

export const composeFile = "docker-compose.yml";

/** docker-compose.yml as it is written. */
export const compose = parse(readFileSync(composeFile, "utf8")) as {
  readonly services: Readonly<Record<"garage" | "registry" | "registry-ui", ComposeService>>;
  readonly volumes: Readonly<Record<string, null>>;
};

/** `${NAME:-value}` where no variable is set. */
export function defaultOf(text: string): string {
  return /^\$\{\w+:-(.*)\}$/.exec(text)?.[1] ?? text;
}
