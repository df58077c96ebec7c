import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { TestFile } from "../../../src/model/structure-test.ts";
import type { TestDriver } from "../../../src/model/target.ts";
import type { TestResult } from "../../../src/ports.ts";
import { createTestReader } from "../../../src/structure-test/read.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { rootSuite } from "../buildkit/daemon.ts";
import { client, repository } from "../registry/images.ts";
import { realRegistry } from "../registry/real.ts";
import { type CaseFile, type Difference, differences, files } from "./cases.ts";
import { pushBare, pushRich } from "./conformance-image.ts";
import { drivers } from "./drivers.ts";

const test = rootSuite(suite("conformance of structure tests"));

/** By file and name, or place where there is no name: `passes` or `fails`, with the errors behind it. */
type Verdicts = Readonly<Record<string, string>>;

test("buildkit gives every test its verdict", (t) => conforms(t, "buildkit", "ours"), { timeout: 180_000 });

test(
  "container-structure-test gives every test its verdict, but for the differences",
  async (t) => {
    await conforms(t, "container-structure-test", "original");
  },
  { timeout: 180_000 },
);

test("the table of differences names cases that there are, and only what differs", async () => {
  const all = Object.keys(Object.assign({}, ...(await parsed()).map(({ file, tests }) => wanted(file, tests, "ours"))));
  assert.equal(
    differences.filter((one) => !all.includes(one.case) || one.original === one.ours),
    [],
  );
});

async function conforms(t: Context, driver: TestDriver, side: "ours" | "original"): Promise<void> {
  const project = await t.folder();
  await writeFile(join(project, "test.env"), "FROM_FILE=from a file\n");
  const registry = client(t);
  const at = repository(await realRegistry(t), "conformance");
  const images = { rich: await pushRich(registry, at, project), bare: await pushBare(registry, at) };
  const tester = await drivers[driver](t, registry, project);
  const all = await parsed();
  for (const [name, image] of Object.entries(images)) {
    const mine = all.filter(({ file }) => file.image === name);
    const request = { target: name, image, files: mine.map(({ tests }) => tests), timeout: 20_000 };
    const environment = { HANDED_ON: "from here" };
    const results = await tester.test({ ...request, environment }, () => {}, t.signal);
    assert.equal(given(results), Object.assign({}, ...mine.map(({ file, tests }) => wanted(file, tests, side))));
  }
}

function parsed(): Promise<readonly { readonly file: CaseFile; readonly tests: TestFile }[]> {
  const reader = createTestReader();
  return Promise.all(
    files.map(async (file) => {
      const text = `schemaVersion: "2.0.0"\n${file.text}`;
      const tests = await reader.parse({ text, source: file.name, lines: [], rendered: null });
      return { file, tests: { ...tests, name: file.name } };
    }),
  );
}

function given(results: readonly TestResult[]): Verdicts {
  return Object.fromEntries(results.map((one) => [nameOf(one), one.errors.length === 0 ? "passes" : "fails"]));
}

function nameOf({ file, at, name }: TestResult): string {
  return `${file} ${/^(metadata|license)/.test(at) ? at : name}`;
}

function wanted(file: CaseFile, tests: TestFile, side: keyof Pick<Difference, "ours" | "original">): Verdicts {
  const named = [...tests.commandTests, ...tests.fileExistenceTests, ...tests.fileContentTests].map(({ name }) => {
    return [name, name.endsWith("fails")] as const;
  });
  const places = [
    ...(tests.metadataTest ? ["metadataTest"] : []),
    ...tests.licenseTests.map((_, i) => `licenseTests[${i}]`),
  ].map((at) => [at, file.failing?.includes(at) ?? false] as const);
  return Object.fromEntries(
    [...named, ...places].map(([what, fails]) => {
      const name = `${file.name} ${what}`;
      const difference = differences.find((one) => one.case === name);
      return [name, difference?.[side] ?? (fails ? "fails" : "passes")];
    }),
  );
}
