import { hostname } from "node:os";
import * as assert from "uvu/assert";
import { hostPlatform } from "../../bin/platform.ts";
import type { Machine, Project } from "../rig/cli.ts";

/** A project with one of each thing that can change: files, a parent, a base from outside, what a command makes. */
export const files = {
  "images/outside/Dockerfile": "FROM scratch\nCOPY outside.txt /\n",
  "images/outside/outside.txt": "outside\n",
  "images/base/Dockerfile": "FROM scratch\nCOPY base.txt /\n",
  "images/base/base.txt": "base\n",
  "images/app/Dockerfile": "FROM base\nARG GREETING\nCOPY --from=outside /outside.txt /\nCOPY *.txt /\n",
  "images/app/app.txt": "app\n",
  "images/app/old.txt": "old\n",
  "images/app/rootfs/etc/app.conf": "one\n",
};

interface Settings {
  readonly greeting?: string;
  readonly cacheVersion?: string;
}

/** The project, its base from outside published. Nothing of it is built. */
export async function createToy(machine: Machine): Promise<Project> {
  const outside = await machine.project(files);
  const settings = "defaults: { sbom: false }";
  await outside.configure('const outside = image("outside", { tags: { "1": {} } });', "outside", settings);
  const { code, stdout, stderr } = await outside.run("all");
  assert.is(code, 0, stdout + stderr);
  const project = await machine.project(files);
  await configure(project, {});
  return project;
}

export function configure(project: Project, { greeting = "hello", cacheVersion = "" }: Settings): Promise<void> {
  return project.configure(
    `const base = image("base", { tags: { "1": {} } });
     const app = image("app", {
       bases: { base: base.tag("1"), outside: external("${project.machine.address}/outside:1") },
       tags: { "1": {} },
       args: { GREETING: "${greeting}" },
       cacheVersion: "${cacheVersion}",
       files: { "made.txt": command(["sh", "-c", "echo made >$0", "{out}"], { version: "1", env: ["FLAVOUR"] }) },
     });`,
    "base, app",
    "defaults: { sbom: false }",
  );
}

/** Output with words for what differs from day to day and from machine to machine. */
export function plain(text: string, { address }: Machine): string {
  return text
    .replaceAll(
      /\d{4}-\d\d-\d\d \d\d:\d\d UTC, [\d.]+ s, on (\S+),/g,
      (_, host) => `WHEN, ${host === hostname() ? "HERE" : host},`,
    )
    .replaceAll(/key [0-9a-f]{12}\b/g, "key KEY")
    .replaceAll(/[0-9a-f]{8}…/g, "HASH…")
    .replaceAll(`${address}/outside:1`, "OUTSIDE")
    .replaceAll(hostPlatform, "PLATFORM");
}
