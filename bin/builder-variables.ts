import type { PlannedProject } from "../src/task.ts";
import type { Environment } from "./environment.ts";

/** What buildctl looks at: credentials and agents. SOURCE_DATE_EPOCH is not among it: buildctl would pass it on. */
const known = ["PATH", "HOME", "DOCKER_CONFIG", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR"];

/** The environment of buildctl: what it knows, and the variables that the project's secrets name. */
export function builderVariables({ variables }: Environment, { targets }: PlannedProject): Record<string, string> {
  const secrets = targets.flatMap((target) =>
    target.secrets.flatMap(({ source }) => ("env" in source ? [source.env] : [])),
  );
  return defined(Object.fromEntries([...known, ...secrets].map((name) => [name, variables[name]])));
}

/** The variables that are set. */
export function defined(variables: Environment["variables"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}
