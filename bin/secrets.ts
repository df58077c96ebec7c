import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { TaskGraph } from "../src/graph/plan.ts";
import type { Secret } from "../src/model/target.ts";
import { ImagesError, type Problem } from "../src/problem.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** Refuses to start when a build would lack a secret: before the first task, not after an hour. */
export function checkSecrets(graph: TaskGraph, variables: Variables, folder: string): void {
  const problems = graph.nodes().flatMap((id) => {
    const { kind, target } = graph.getNodeAttribute(id, "task");
    return kind.kind === "build"
      ? target.secrets
          .filter((secret) => missing(secret, variables, folder))
          .map((secret) => problem(secret, target.id))
      : [];
  });
  if (problems.length > 0) throw new ImagesError(problems);
}

/** Whether a secret that is not optional has no value. */
function missing({ source, optional }: Secret, variables: Variables, folder: string): boolean {
  if (optional) return false;
  return "env" in source ? variables[source.env] === undefined : !existsSync(resolve(folder, source.file));
}

function problem({ id, source }: Secret, target: string): Problem {
  const [found, fix] =
    "env" in source
      ? [
          `the environment variable ${source.env} is not set`,
          `Set ${source.env}, or make the secret optional: { env: "${source.env}", optional: true }`,
        ]
      : [`the file ${source.file} does not exist`, `Write ${source.file}, or make the secret optional`];
  return {
    code: "secret-missing",
    kind: "config",
    message: `The secret '${id}' of ${target} has no value`,
    found,
    fix,
  };
}
