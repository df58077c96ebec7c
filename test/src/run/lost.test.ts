import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { createBlobs } from "../../../infrastructure/store/blobs.ts";
import type { Blob } from "../../../src/entry.ts";
import { planTasks } from "../../../src/graph/plan.ts";
import { fail } from "../../../src/problem.ts";
import { run } from "../../../src/run/run.ts";
import type { World } from "../../../src/run/world.ts";
import { type AnyKind, defineTask } from "../../../src/task.ts";
import { project, target } from "../../rig/project.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { limits, worldIn } from "../../rig/world.ts";

const test = suite("files that cannot be had");

const targets = [target("bread:1")];
const go = { limits, retry: {}, force: false, failFast: false };

/** A kitchen where dough is a file of the store; `texts` are what it is made of, one after the other. */
async function kitchen(t: Context, texts: readonly string[]) {
  const folder = await t.folder();
  const { world: plain, events } = worldIn(folder);
  const blobs = createBlobs(folder);
  const world: World = { ...plain, ports: { ...plain.ports, blobs } };
  const log: string[] = [];
  const dough = defineTask({
    kind: "knead",
    version: 1,
    plan: () => [{ spec: {} }],
    run: async (_, __, { blobs }) => {
      const file = join(folder, "file");
      await writeFile(file, texts[Math.min(log.filter((line) => line === "knead").length, texts.length - 1)] ?? "");
      log.push("knead");
      return await blobs.adopt(file);
    },
    missing: async (blob: Blob, _, { blobs }) => ((await blobs.has(blob)) ? null : "gone"),
    blobs: (blob) => [blob],
  });
  const bread = defineTask({
    kind: "bake",
    version: 1,
    plan: (target, planned) =>
      ["small", "large"].map((name) => ({
        name,
        spec: { name },
        needs: { dough: planned(dough, target)[0] as never },
      })),
    run: async ({ name }, { dough }: { dough: Blob }, { blobs }) => {
      log.push(`bake ${name}`);
      const path = (await blobs.path(dough)) ?? fail({ code: "blob-lost", kind: "task", message: "No dough" });
      return `${name} ${await readFile(path, "utf8")}`;
    },
  });
  const make = async (kind: AnyKind) => {
    const graph = planTasks(project(targets), { kinds: [kind], targets, platforms: null });
    return await run(graph, world, { ...go, signal: t.signal });
  };
  const spoil = async (blob: Blob) => writeFile((await blobs.path(blob)) ?? "", "-".repeat(blob.size));
  return { folder, world, events, blobs, log, dough, bread, make, spoil };
}

test("a needed file is made again, once for all who need it, and told as a notice", async (t) => {
  const { make, dough, bread, spoil, log, events } = await kitchen(t, ["flour"]);
  const first = await make(dough);
  await spoil(first.outputs.get("knead bread:1") as unknown as Blob);
  const { summary, outputs } = await make(bread);
  assert.equal([summary.ran, summary.cached, summary.failed], [2, 1, 0]);
  assert.is(outputs.get("bake bread:1 small"), "small flour");
  assert.is(log.filter((line) => line === "knead").length, 2);
  const notices = events.flatMap((event) => (event.type === "notice" ? [event.message] : []));
  assert.equal(notices, ["knead bread:1 is done again: a file of it can no longer be had"]);
  assert.is((await make(bread)).summary.cached, 3);
});

test("what needs a file that was made again with other bytes is remembered as made of those", async (t) => {
  const { make, dough, bread, spoil } = await kitchen(t, ["flour", "sugar"]);
  const first = await make(dough);
  await spoil(first.outputs.get("knead bread:1") as unknown as Blob);
  assert.is((await make(bread)).outputs.get("bake bread:1 small"), "small sugar");
  const again = await make(bread);
  assert.is(again.summary.cached, 3);
  assert.is(again.outputs.get("bake bread:1 large"), "large sugar");
});

test("a result whose file cannot be put in its place is made again", async (t) => {
  const { make, folder, blobs, spoil, events } = await kitchen(t, []);
  const sold = defineTask({
    kind: "sell",
    version: 1,
    plan: () => [{ spec: {} }],
    run: async (_, __, { blobs }) => {
      await writeFile(join(folder, "file"), "bread");
      return await blobs.adopt(join(folder, "file"));
    },
    restore: async (blob: Blob, _, { blobs }) => {
      if ((await blobs.path(blob)) === undefined) fail({ code: "blob-lost", kind: "task", message: "No bread" });
    },
    blobs: (blob) => [blob],
  });
  const blob = (await make(sold)).outputs.get("sell bread:1") as unknown as Blob;
  assert.is((await make(sold)).summary.cached, 1);
  await spoil(blob);
  const { summary } = await make(sold);
  assert.equal([summary.ran, summary.cached, summary.failed], [1, 0, 0]);
  assert.ok(await blobs.path(blob));
  const started = events.findLast((event) => event.type === "task-started");
  assert.is(started?.type === "task-started" && started.reason, "a file of it can no longer be had");
});

test("work fails that lacks a file which nobody makes", async (t) => {
  const { make } = await kitchen(t, []);
  const lost = defineTask({
    kind: "look",
    version: 1,
    plan: () => [{ spec: {} }],
    run: async () => fail({ code: "blob-lost", kind: "task", message: "No bread" }),
  });
  const { summary } = await make(lost);
  assert.equal(summary.problems, [{ code: "blob-lost", kind: "task", message: "No bread" }]);
});
