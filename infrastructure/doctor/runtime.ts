import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fail } from "../../src/problem.ts";
import { start } from "../process/start.ts";
import type { Requirement } from "./requirement.ts";

const oldestNode = 24;

/** A Node that runs TypeScript as it is. */
export function node(): Requirement {
  const { node: version } = process.versions;
  return {
    name: "node",
    why: "runs this tool and the configuration",
    needed: "always",
    check: async () => ({ ok: Number.parseInt(version, 10) >= oldestNode, found: `${version} at ${process.execPath}` }),
    fix: { command: `Install Node ${oldestNode} or newer: https://nodejs.org` },
  };
}

/** The packages of a clone; an installed package came with its own. */
export function npmPackages(): Requirement {
  return {
    name: "npm packages",
    why: "the libraries this tool is made with",
    needed: "always",
    check: async () => {
      const root = await clone();
      if (root === undefined) return { ok: true, found: "installed with this package" };
      const [wanted, installed] = await Promise.all([read(root, lockFile), read(root, `node_modules/${setUpFor}`)]);
      const found = installed === undefined ? "not set up by bin/setup" : "of another package-lock.json";
      return wanted === installed ? { ok: true, found: join(root, "node_modules") } : { ok: false, found };
    },
    fix: { command: "bin/setup", run: setUp },
  };
}

const lockFile = "package-lock.json";

/** bin/setup leaves a copy of the lock file that it installed. */
const setUpFor = ".image-manager-npm";

async function setUp(): Promise<void> {
  const root = (await clone()) ?? ".";
  const running = start([join(root, "bin/setup")], { cwd: root });
  const { code } = await running.done;
  if (code === 0) return;
  fail({ code: "setup-failed", kind: "service", message: "bin/setup failed", log: running.tail.slice(-20) });
}

/** The folder of the clone this file lies in, if it is one: packages are published without a lock file. */
async function clone(): Promise<string | undefined> {
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  return (await read(root, lockFile)) === undefined ? undefined : root;
}

function read(root: string, file: string): Promise<string | undefined> {
  return readFile(join(root, file), "utf8").catch(() => undefined);
}
