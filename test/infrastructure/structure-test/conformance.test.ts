import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { TestFile } from "../../../src/model/structure-test.ts";
import type { TestDriver } from "../../../src/model/target.ts";
import type { TestResult } from "../../../src/ports.ts";
import { createTestReader } from "../../../src/structure-test/read.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { rootSuite } from "../buildkit/daemon.ts";
import { client, problems, repository } from "../registry/images.ts";
import { realRegistry } from "../registry/real.ts";
import { type CaseFile, files } from "./cases.ts";
import { envFile } from "./command-cases.ts";
import { pushBare, pushRich } from "./conformance-image.ts";
import { type Difference, differences } from "./differences.ts";
import { drivers } from "./drivers.ts";

const test = rootSuite(suite("conformance of structure tests"));

/** `passes` or `fails`, by file and name, or place where there is no name. */
type Verdicts = Readonly<Record<string, string>>;

interface Parsed {
  readonly file: CaseFile;
  readonly tests: TestFile;
}

const patience = { timeout: 180_000 };

test(
  "buildkit gives every test its verdict, and refuses what steps cannot do",
  async (t) => {
    const all = await parsed();
    const { run } = await withDriver(t, "buildkit");
    await conforms(
      run,
      all.filter(({ file }) => file.beyondSteps === undefined),
      "ours",
    );
    for (const one of all.filter(({ file }) => file.beyondSteps !== undefined)) {
      const [problem] = await problems(run([one]));
      assert.equal(
        [problem?.code, problem?.message],
        ["driver-cannot", `The driver buildkit has no ${one.file.beyondSteps}`],
      );
    }
  },
  patience,
);

test(
  "container-structure-test gives every test its verdict, but for the differences",
  async (t) => conforms((await withDriver(t, "container-structure-test")).run, await parsed(), "original"),
  patience,
);

test("the table of differences names cases that there are, and only what differs", async () => {
  const cases = Object.keys(expected(await parsed(), "ours"));
  const wrong = differences.filter((one) => !cases.includes(one.case) || one.original === one.ours);
  assert.equal(wrong, []);
});

type Run = (files: readonly Parsed[]) => Promise<readonly TestResult[]>;

async function conforms(run: Run, files: readonly Parsed[], side: "ours" | "original"): Promise<void> {
  assert.equal(given(await run(files)), expected(files, side));
}

/** The driver with its daemon and the images of all cases. */
async function withDriver(t: Context, driver: TestDriver): Promise<{ readonly run: Run }> {
  const project = await t.folder();
  await writeFile(join(project, "test.env"), envFile);
  const registry = client(t);
  const at = repository(await realRegistry(t), "conformance");
  const images = { rich: await pushRich(registry, at, project), bare: await pushBare(registry, at) };
  const tester = await drivers[driver](t, registry, project);
  const on = async (image: keyof typeof images, all: readonly Parsed[]) => {
    const files = all.filter(({ file }) => file.image === image).map(({ tests }) => tests);
    if (files.length === 0) return [];
    const request = {
      target: image,
      image: images[image],
      files,
      environment: { HANDED_ON: "from here", NOT_SET: "" },
    };
    return await tester.test({ ...request, timeout: 20_000 }, () => {}, t.signal);
  };
  return { run: async (files) => (await Promise.all([on("rich", files), on("bare", files)])).flat() };
}

function parsed(): Promise<readonly Parsed[]> {
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

function expected(files: readonly Parsed[], side: keyof Pick<Difference, "ours" | "original">): Verdicts {
  const verdicts = files.flatMap(({ file, tests }) =>
    failuresIn(file, tests).map(([what, fails]) => {
      const name = `${file.name} ${what}`;
      const difference = differences.find((one) => one.case === name);
      return [name, difference?.[side] ?? (fails ? "fails" : "passes")] as const;
    }),
  );
  return Object.fromEntries(verdicts);
}

/** Names and places of a file's tests, and whether each is expected to fail. */
function failuresIn({ failing = [] }: CaseFile, tests: TestFile): readonly (readonly [string, boolean])[] {
  const named = [...tests.commandTests, ...tests.fileExistenceTests, ...tests.fileContentTests];
  const places = [
    ...(tests.metadataTest ? ["metadataTest"] : []),
    ...tests.licenseTests.map((_, i) => `licenseTests[${i}]`),
  ];
  return [
    ...named.map(({ name }) => [name, name.endsWith("fails")] as const),
    ...places.map((at) => [at, failing.includes(at)] as const),
  ];
}
