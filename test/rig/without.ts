import { join } from "node:path";
import { readEnvironment } from "../../bin/environment.ts";
import { locateTool } from "../../infrastructure/tools/obtain.ts";
import type { FileReport } from "./file.ts";

/** Names what is not to be got for the tests: `garage`, which takes five minutes to build. */
export const choice = "IMAGE_MANAGER_TESTS_WITHOUT";

/** Whether tests that need Garage are left out: the user chose so, and it is not there anyway. */
export async function leavesOutGarage(): Promise<boolean> {
  if (process.env[choice] !== "garage") return false;
  const { folders, variables } = readEnvironment(process.env);
  const found = await locateTool("garage", { cache: join(folders.cache, "tools"), environment: variables });
  return !found?.fits;
}

/** The report of a file that was not run. */
export function leftOut(file: string): FileReport {
  const message = `Garage is not there, and ${choice} says to do without; 'bin/setup test' builds it`;
  return {
    file,
    results: [{ suite: "Garage", test: "all", state: "skipped", duration: 0, message }],
    duration: 0,
    output: "",
  };
}
