import { readHead } from "../infrastructure/git/head.ts";
import type { Environment } from "./environment.ts";

/** What is checked out: hexadecimal commit and branch, null where nothing says. */
export function headOf(folder: string, { variables }: Environment): { commit: string | null; branch: string | null } {
  const { commit, branch } = readHead(folder);
  const { GITHUB_HEAD_REF, GITHUB_REF_NAME, CI_COMMIT_BRANCH, CI_MERGE_REQUEST_SOURCE_BRANCH_NAME } = variables;
  // A pipeline checks out a commit and not its branch.
  const named = GITHUB_HEAD_REF || GITHUB_REF_NAME || CI_COMMIT_BRANCH || CI_MERGE_REQUEST_SOURCE_BRANCH_NAME;
  return { commit, branch: branch ?? (named || null) };
}

/** The branch that this one goes to, as pipelines have it, and the main one. */
export function basesOf({ variables }: Environment): readonly string[] {
  const { GITHUB_BASE_REF, CI_MERGE_REQUEST_TARGET_BRANCH_NAME, CI_DEFAULT_BRANCH } = variables;
  const named = [GITHUB_BASE_REF, CI_MERGE_REQUEST_TARGET_BRANCH_NAME, CI_DEFAULT_BRANCH || "main"];
  return named.filter((name) => name !== undefined && name !== "") as string[];
}
