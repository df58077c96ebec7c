import { userInfo } from "node:os";
import { join } from "node:path";
import { meet, type Step } from "../infrastructure/doctor/meet.ts";
import type { Machine } from "../infrastructure/doctor/requirement.ts";
import { requirements } from "../infrastructure/doctor/requirements.ts";
import { createLocks } from "../infrastructure/process/locks.ts";
import { problemsOf } from "../src/problem.ts";
import { readEnvironment } from "./environment.ts";

/** What the tests start beside what the tool itself needs. */
const testPrograms = [
  "skopeo",
  "docker-registry",
  "dockerd",
  "docker",
  "rootlesskit",
  "newuidmap",
  "qemu-aarch64-static",
  "ip",
  "busybox",
  "chromium",
];

const step: Step = async (title, work) => {
  console.log(`${title}: begun`);
  const begin = performance.now();
  const result = await work();
  console.log(`${title}: done in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  return result;
};

/** The second part of bin/setup, from where there is a Node that runs it. */
async function setUp(what: string): Promise<void> {
  const { folders, variables } = readEnvironment(process.env);
  const machine: Machine = {
    toolbox: {
      cache: join(folders.cache, "tools"),
      environment: variables,
      locks: createLocks(join(folders.cache, "locks")),
      report: console.log,
      signal: new AbortController().signal,
    },
    user: { name: userInfo().username, root: process.getuid?.() === 0 },
    system: process.platform,
    architecture: process.arch,
    ownBuilder: !variables.BUILDKIT_HOST,
    platforms: [],
    programs: ["mmdebstrap", ...(what === "test" ? testPrograms : [])],
    tools: ["syft", ...(what === "test" ? (["container-structure-test"] as const) : [])],
    garage: what === "test" && variables.IMAGE_MANAGER_TESTS_WITHOUT !== "garage" ? "always" : "no",
    ownDocker: false,
  };
  for (const { requirement, finding } of await meet(requirements(machine), machine, step)) {
    console.log(`Left to you: ${requirement.name} (${requirement.why}): ${finding.found}`);
    console.log(`  ${requirement.fix.command}`);
  }
}

try {
  await setUp(process.argv[2] ?? "run");
} catch (error) {
  for (const { message, log = [], fix } of problemsOf(error)) {
    console.error([`Error: ${message}`, ...log.map((line) => `  ${line}`), ...(fix ? [fix] : [])].join("\n"));
  }
  process.exitCode = 1;
}
