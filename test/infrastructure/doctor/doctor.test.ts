import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { judge, meet, type Step } from "../../../infrastructure/doctor/meet.ts";
import type { Machine, Requirement } from "../../../infrastructure/doctor/requirement.ts";
import { requirements } from "../../../infrastructure/doctor/requirements.ts";
import { createLocks } from "../../../infrastructure/process/locks.ts";
import { fail, problemsOf } from "../../../src/problem.ts";
import { type Context, suite } from "../../rig/suite.ts";

const test = suite("doctor");

async function machine(t: Context, given: Partial<Machine> = {}): Promise<Machine> {
  const folder = await t.folder();
  return {
    toolbox: {
      cache: join(folder, "cache"),
      environment: { PATH: folder },
      locks: createLocks(join(folder, "locks")),
      report: () => {},
      signal: t.signal,
    },
    user: { name: "nobody-of-this-machine", root: false },
    system: "linux",
    architecture: "x64",
    ownBuilder: true,
    platforms: ["linux/amd64"],
    programs: [],
    tools: [],
    garage: "no",
    ownDocker: false,
    ...given,
  };
}

function names(all: readonly Requirement[]): readonly string[] {
  return all.map(({ name }) => name);
}

/** A requirement that is met once its fix has run. */
function mendable(name: string, fix: (log: string[]) => void, log: string[]): Requirement {
  let ok = false;
  const run = async (): Promise<void> => {
    fix(log);
    log.push(name);
    ok = true;
  };
  return { name, why: "", needed: "always", check: async () => ({ ok, found: "" }), fix: { command: "", run } };
}

const quietly: Step = (_title, work) => work();

test("requirements() asks root on Linux for everything a builder needs", async (t) => {
  const root = await machine(t, { user: { name: "root", root: true }, programs: ["mmdebstrap"] });
  assert.equal(names(requirements(root)), [
    "node",
    "npm packages",
    "go",
    "buildctl and buildkitd",
    "runc",
    "mmdebstrap",
    "docker or podman",
  ]);
});

test("requirements() asks an ordinary user for rootless, and for emulation of foreign platforms", async (t) => {
  const user = await machine(t, { platforms: ["linux/amd64", "linux/386", "linux/arm64", "linux/arm/v7"] });
  const some = names(requirements(user)).slice(4, -1);
  assert.equal(some, ["runc", "rootless", "emulation of arm64", "emulation of arm"]);
});

test("requirements() asks for no builder where another is named or Linux is not there", async (t) => {
  const expected = ["node", "npm packages", "go", "buildctl", "docker or podman"];
  assert.equal(names(requirements(await machine(t, { ownBuilder: false }))), expected);
  assert.equal(names(requirements(await machine(t, { system: "darwin" }))), expected);
});

test("requirements() asks for Garage where the cache is in it, and minds its absence only in tests", async (t) => {
  const shown = async (garage: Machine["garage"]) =>
    requirements(await machine(t, { garage }))
      .filter(({ name }) => name === "garage")
      .map(({ needed, fix }) => [needed, fix.command]);
  assert.equal(await shown("no"), []);
  assert.equal(await shown("optional"), [["optional", "image-manager start garage"]]);
  assert.equal(await shown("always"), [["always", "image-manager doctor --fix"]]);
});

test("judge() says what is missing and the command that gets it", async (t) => {
  const all = requirements(await machine(t, { programs: ["no-such-program"] }));
  const judged = await judge(all.filter(({ name }) => name === "no-such-program" || name === "go"));
  assert.equal(
    judged.map(({ requirement, finding }) => [requirement.name, finding, requirement.fix.command]),
    [
      ["go", { ok: false, found: "no go on PATH" }, "Install Go 1.24.3 or newer: https://go.dev/dl"],
      ["no-such-program", { ok: false, found: "no no-such-program on PATH" }, "sudo apt-get install no-such-program"],
    ],
  );
});

test("judge() knows the user without a range of identifiers", async (t) => {
  const user = await machine(t);
  for (const name of ["rootlesskit", "newuidmap"]) await program(user, name, "");
  const [judged] = await judge(requirements(user).filter(({ name }) => name === "rootless"));
  assert.is(judged?.finding.found, "no range for nobody-of-this-machine in /etc/subuid");
  assert.is(
    judged?.requirement.fix.command,
    "sudo apt-get install rootlesskit uidmap && " +
      "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 nobody-of-this-machine",
  );
});

test("meet() mends what can be mended and gives what is left to a person", async (t) => {
  const log: string[] = [];
  const left: Requirement = {
    name: "left",
    why: "",
    needed: "always",
    check: async () => ({ ok: false, found: "" }),
    fix: { command: "" },
  };
  const optional: Requirement = { ...mendable("optional", () => {}, log), needed: "optional" };
  const judged = await meet([mendable("mended", () => {}, log), left, optional], await machine(t), quietly);
  assert.equal(log, ["mended"]);
  assert.equal(
    judged.map(({ requirement }) => requirement.name),
    ["left"],
  );
});

test("meet() installs all Debian packages at once, before what needs them", async (t) => {
  const root = await machine(t, { user: { name: "root", root: true } });
  await program(root, "apt-get", `echo "$DEBIAN_FRONTEND $*" >>${folderOf(root)}/calls`);
  const log: string[] = [];
  const first = mendable("first", () => {}, log);
  const second = mendable("second", () => {}, log);
  await meet(
    [
      { ...first, fix: { ...first.fix, debian: ["a", "b"] } },
      { ...second, fix: { ...second.fix, debian: ["b", "c"] } },
    ],
    root,
    async (title, work) => {
      log.push(title);
      return work();
    },
  );
  assert.equal(log, ["Debian packages a b c", "first", "first", "second", "second"]);
  const calls = await readFile(join(folderOf(root), "calls"), "utf8");
  assert.is(
    calls,
    "noninteractive --quiet update\nnoninteractive --quiet install --yes --no-install-recommends a b c\n",
  );
});

test("meet() tells every failure once, with the command and its last lines", async (t) => {
  const root = await machine(t, { user: { name: "root", root: true } });
  await program(root, "apt-get", "echo 'E: no network' >&2; exit 100");
  const broken = mendable("broken", () => fail({ code: "broken", kind: "service", message: "It broke" }), []);
  const apt = requirements({ ...root, programs: ["no-such-program"] }).filter(({ name }) => name === "no-such-program");
  const problems = await meet([broken, ...apt], root, quietly).then(() => [], problemsOf);
  assert.equal(problems, [
    {
      code: "packages-not-installed",
      kind: "service",
      message: "Cannot install Debian packages: 'apt-get --quiet update' failed",
      fix: "Run 'apt-get --quiet update' by hand when what it says is mended",
      log: ["E: no network"],
    },
    { code: "broken", kind: "service", message: "It broke" },
  ]);
});

function folderOf({ toolbox }: Machine): string {
  return toolbox.environment.PATH ?? "";
}

async function program(on: Machine, name: string, text: string): Promise<void> {
  const file = join(folderOf(on), name);
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
}
