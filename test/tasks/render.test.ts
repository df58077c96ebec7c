import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { createDist } from "../../infrastructure/files/dist.ts";
import { planTasks, type Task } from "../../src/graph/plan.ts";
import type { Target } from "../../src/model/target.ts";
import type { Ports } from "../../src/ports.ts";
import { opened } from "../../src/run/judge.ts";
import { createTestReader } from "../../src/structure-test/read.ts";
import { render } from "../../tasks/render.ts";
import { project, target } from "../rig/project.ts";
import { suite } from "../rig/suite.ts";

const test = suite("render");

const text = "schemaVersion: 2.0.0\nlicenseTests: [{ debian: true }]\n";

test("render writes the test files beside the Dockerfile and owns them", async (t) => {
  const read = await createTestReader().parse({ source: "images/app/test.yml", text, lines: [], rendered: null });
  const tests = ["test.yml", "test-1.yml"].map((name) => ({ name, ...read }));
  const task = taskOf(target("app:1", { tests }));
  assert.equal(task.owns, ["app/1/Dockerfile", "app/1/test.yml", "app/1/test-1.yml"]);
  const folder = await t.folder();
  const ports = { dist: createDist({ folder, project: folder }) } as unknown as Ports;
  await opened(task).run(task.spec, { overlays: [] }, ports, t.signal);
  assert.is(await readFile(join(folder, "app/1/Dockerfile"), "utf8"), "FROM scratch\n");
  for (const name of ["test.yml", "test-1.yml"]) assert.is(await readFile(join(folder, "app/1", name), "utf8"), text);
  assert.equal(await opened(task).compare?.(task.spec, { overlays: [] }, ports, t.signal), {
    equal: true,
    output: null,
  });
});

function taskOf(rendered: Target): Task {
  const graph = planTasks(project([rendered]), { kinds: [render], targets: [rendered], platforms: null });
  return graph.getNodeAttribute(`render ${rendered.id}`, "task");
}
