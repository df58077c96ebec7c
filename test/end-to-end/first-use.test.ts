import * as assert from "uvu/assert";
import { Machine } from "../rig/cli.ts";
import { suite } from "../rig/suite.ts";

const test = suite("first use");
let machine: Machine;

test.before(async (t) => {
  machine = t.use(await Machine.create());
});

test("check checks types in a folder where nothing is installed", async () => {
  const project = await machine.project();
  const scratch = 'dockerfile: { text: "FROM scratch" }, tags: { "1": {} }';
  await project.configure(`const a = image("a", { ${scratch} });`, "a");
  const right = await project.run("check --json");
  assert.is(right.stdout, '{"targets":1,"notices":[],"typesChecked":true}');
  await project.configure(`const a = image("a", { ${scratch} });\nconst b = a.tag("2");`, "a");
  const wrong = await project.run("check");
  assert.is(wrong.code, 3);
  assert.is(
    wrong.stderr,
    `The configuration has 1 problem.

1  Argument of type '"2"' is not assignable to parameter of type '"1"'. (TS2345)    images.config.ts:3`,
  );
});
