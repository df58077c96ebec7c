import type { Task } from "../graph/plan.ts";
import type { Json } from "../json.ts";
import type { Blobs } from "../ports.ts";
import { ImagesError } from "../problem.ts";
import { opened } from "./judge.ts";

/** Whether work failed because a stored file cannot be had: it is damaged, or its store has gone away since. */
export function isLost(error: unknown): boolean {
  return error instanceof ImagesError && error.problems.some(({ code }) => code === "blob-lost");
}

/** Whether a file of a task's output cannot be had. What another store has comes here by this. */
export async function lacksFiles(task: Task, output: Json, blobs: Blobs): Promise<boolean> {
  for (const blob of opened(task).blobs?.(output) ?? []) {
    if ((await blobs.path(blob)) === undefined) return true;
  }
  return false;
}
