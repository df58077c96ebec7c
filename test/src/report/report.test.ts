import * as assert from "uvu/assert";
import type { Platform } from "../../../src/model/platform.ts";
import type { Target } from "../../../src/model/target.ts";
import type { Fact, Layer } from "../../../src/report/fact.ts";
import { imagesAfter } from "../../../src/report/report.ts";
import { digestOf, result } from "../../infrastructure/report/sample.ts";
import { childOf, project, target } from "../../rig/project.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("report");
const platform: Platform = "linux/amd64";
const tested = { tests: [{} as Target["tests"][number]] };
const two = project([
  target("base:1", { ...tested, labels: { team: "build" } }),
  { ...childOf("node:24", "base:1"), ...tested },
]);

function layer(word: string, size = 10): Layer {
  return { digest: digestOf(word), size };
}

function built(target: string, digest: string, ...layers: readonly Layer[]): Fact {
  return { of: "build", target, platform, digest: digestOf(digest), layers };
}

function tests(target: string, ...errors: readonly string[]): Fact {
  return { of: "tests", target, platform, results: [result("it works", { errors })] };
}

function after(facts: readonly Fact[], before: ReturnType<typeof imagesAfter> = []) {
  const boms = new Map([["s1", [{ name: "zlib", version: "1", type: "deb", license: "Zlib" }]]]);
  return imagesAfter(two, { facts, boms }, before);
}

function only(images: ReturnType<typeof imagesAfter>, id: string) {
  const found = images.flatMap(({ targets }) => targets).find((one) => one.id === id);
  assert.ok(found);
  const [on] = found.platforms;
  assert.ok(on);
  return { ...found, on };
}

const first: readonly Fact[] = [
  built("base:1", "base", layer("root")),
  built("node:24", "node", layer("root"), layer("node", 5)),
  tests("node:24"),
  { of: "packages", target: "node:24", platform, sbom: { sha256: "s1", size: 1 } },
  { of: "index", target: "node:24", digest: digestOf("index") },
  { of: "tags", target: "node:24", references: ["localhost:5050/node:24"] },
];

test("imagesAfter() tells what a run found out", () => {
  const images = after(first);
  assert.equal(
    images.map(({ name, targets }) => [name, targets.map(({ id }) => id)]),
    [
      ["base", ["base:1"]],
      ["node", ["node:24"]],
    ],
  );
  const base = only(images, "base:1");
  assert.equal([base.digest, base.published, base.labels], [null, [], { team: "build" }]);
  assert.equal([base.on.tests.state, base.on.packages], ["not run", null]);
  const node = only(images, "node:24");
  assert.equal([node.repository, node.parents], ["localhost:5050/node", ["base:1"]]);
  assert.equal([node.digest, node.published], [digestOf("index"), ["localhost:5050/node:24"]]);
  assert.equal(node.on.build, {
    digest: digestOf("node"),
    size: 15,
    layers: [
      { ...layer("root"), from: "base:1" },
      { ...layer("node", 5), from: "node:24" },
    ],
  });
  assert.equal([node.on.tests.state, node.on.packages?.list.length], ["passed", 1]);
});

test("imagesAfter() says of targets without a fact that they are not built, and of those without tests that", () => {
  const [base] = imagesAfter(project([target("base:1")]), { facts: [], boms: new Map() }, []);
  const none = { build: null, tests: { state: "none", results: [] }, packages: null, failures: [] };
  assert.equal(base?.targets[0]?.platforms, [{ platform, ...none }]);
});

test("imagesAfter() keeps what a run did not look at", () => {
  const before = after(first);
  const images = after([built("base:1", "base two", layer("root two"))], before);
  assert.is(only(images, "base:1").on.build?.digest, digestOf("base two"));
  assert.equal(only(images, "node:24"), only(before, "node:24"));
});

test("imagesAfter() forgets the tests, packages, index and tags of an older digest", () => {
  const images = after([built("node:24", "node two", layer("root"))], after(first));
  const { digest, published, on } = only(images, "node:24");
  assert.equal([digest, published, on.tests.state, on.packages], [null, [], "not run", null]);
});

test("imagesAfter() keeps an older build beside the failure of a newer one", () => {
  const failure = { task: "build node:24 linux/amd64", message: "RUN make failed", details: [] };
  const broken = after([{ of: "failure", target: "node:24", platform, failure }], after(first));
  const { on, digest } = only(broken, "node:24");
  assert.equal([on.failures, on.build?.digest, on.tests.state], [[failure], digestOf("node"), "passed"]);
  assert.is(digest, digestOf("index"));
  assert.equal(only(after(first, broken), "node:24").on.failures, []);
});

test("imagesAfter() drops targets that are gone", () => {
  const [image, ...others] = imagesAfter(project([target("base:1")]), { facts: [], boms: new Map() }, after(first));
  assert.equal([image?.name, others], ["base", []]);
});

test("imagesAfter() has failed tests as results", () => {
  const { on } = only(after([...first.slice(0, 2), tests("node:24", "exit code 1 instead of 0")]), "node:24");
  assert.equal([on.tests.state, on.failures], ["failed", []]);
});
