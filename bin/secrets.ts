import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { TaskGraph } from "../src/graph/plan.ts";
import type { SharedCache } from "../src/model/cache.ts";
import type { Project, Secret } from "../src/model/target.ts";
import { ImagesError, type Problem } from "../src/problem.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** Values of the variables that the configuration names for secrets: of builds, and of the shared cache. */
export function secretValues({ targets, cache }: Pick<Project, "targets" | "cache">, variables: Variables): string[] {
  const ofBuilds = targets.flatMap(({ secrets }) =>
    secrets.flatMap(({ source }) => ("env" in source ? [source.env] : [])),
  );
  const names = new Set([...ofBuilds, ...(cache === null ? [] : secretsOf(cache))]);
  return [...names].flatMap((name) => variables[name] ?? []);
}

function secretsOf({ credentials, admin }: SharedCache): readonly string[] {
  const named = typeof credentials === "object" && "secretAccessKey" in credentials ? credentials : amazons;
  const { secretAccessKey, sessionToken } = named;
  return [secretAccessKey, sessionToken, admin?.token].filter((name) => name != null);
}

/** What Amazon's own clients read. */
const amazons = { secretAccessKey: "AWS_SECRET_ACCESS_KEY", sessionToken: "AWS_SESSION_TOKEN" };

/** Refuses to start when a build would lack a secret: before the first task, not after an hour. */
export function checkSecrets(graph: TaskGraph, variables: Variables, folder: string): void {
  const lacking: readonly Lacking[] = graph.nodes().flatMap((id) => {
    const { kind, target } = graph.getNodeAttribute(id, "task");
    const secrets = kind.kind === "build" ? target.secrets.filter((it) => missing(it, variables, folder)) : [];
    return secrets.map((secret) => ({ secret, target: target.id }));
  });
  const bySecret = Map.groupBy(lacking, ({ secret }) => JSON.stringify(secret));
  const problems = [...bySecret.values()].flatMap(problemOf);
  if (problems.length > 0) throw new ImagesError(problems);
}

/** Whether a secret that is not optional has no value. */
function missing({ source, optional }: Secret, variables: Variables, folder: string): boolean {
  if (optional) return false;
  return "env" in source ? variables[source.env] === undefined : !existsSync(resolve(folder, source.file));
}

interface Lacking {
  readonly secret: Secret;
  readonly target: string;
}

/** One problem for all targets that lack the same secret. */
function problemOf([first, ...others]: readonly Lacking[]): readonly Problem[] {
  if (first === undefined) return [];
  const { id, source } = first.secret;
  const [found, fix] =
    "env" in source
      ? [
          `the environment variable ${source.env} is not set`,
          `Set ${source.env}, or make the secret optional: { env: "${source.env}", optional: true }`,
        ]
      : [`the file ${source.file} does not exist`, `Write ${source.file}, or make the secret optional`];
  // A target is built for each of its platforms.
  const more = new Set(others.map(({ target }) => target).filter((target) => target !== first.target)).size;
  const message = `The secret '${id}' of ${first.target}${more === 0 ? "" : ` and ${more} more`} has no value`;
  return [{ code: "secret-missing", kind: "config", message, found, fix }];
}
