import * as assert from "uvu/assert";
import { suite } from "../rig/suite.ts";
import { breaches, imports, rules } from "./layers.ts";

const test = suite("layers");

test("every file imports only what its layer may", () => {
  assert.equal(breaches("."), []);
});

test("breaches() names file, import and rule", () => {
  const { src, tasks, infrastructure } = rules;
  assert.equal(breaches("test/fixtures/layers"), [
    `infrastructure/disk/disk.ts imports "../../tasks/push.ts", but ${infrastructure?.says}`,
    `infrastructure/disk/disk.ts imports "../../bin/main.ts", but ${infrastructure?.says}`,
    `src/model.ts imports "node:fs/promises", but ${src?.says}`,
    `src/model.ts imports "../infrastructure/disk/disk.ts", but ${src?.says}`,
    `src/model.ts imports "undici", but ${src?.says}`,
    `tasks/build.ts imports "../infrastructure/disk/disk.ts", but ${tasks?.says}`,
  ]);
});

test("imports() finds every form of import", () => {
  const text = [
    'import "./effect.ts";',
    'import type { A } from "./a.ts";',
    "import {",
    "  b,",
    '} from "./b.ts";',
    'export * from "./c.ts";',
    '  const d = await import("./d.ts");',
    '// import { no } from "./no.ts";',
    'const text = "from nowhere";',
  ].join("\n");
  assert.equal(imports(text), ["./effect.ts", "./a.ts", "./b.ts", "./c.ts", "./d.ts"]);
});
