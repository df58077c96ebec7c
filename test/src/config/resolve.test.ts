import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { loadProject } from "../../../infrastructure/config/load.ts";
import type { Environment } from "../../../src/config/define.ts";
import type { Target } from "../../../src/model/target.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("resolveProject()");

// Each fixture is a folder with a configuration and expected.json: all target ids in order, with the fields that the
// case is about. `project` has those of the project; `parents` are the targets that the Dockerfile's bases are,
// `testFiles` where its tests are from.
const fixtures = "test/fixtures/config";
const cases = readdirSync(fixtures).filter((name) => name.startsWith("valid-"));

type Fields = Readonly<Record<string, unknown>>;

for (const name of cases) {
  test(`${name.replaceAll("-", " ")} resolves`, async () => {
    const folder = `${fixtures}/${name}`;
    const environment: Environment = existsSync(`${folder}/environment.json`)
      ? readJson(`${folder}/environment.json`)
      : {};
    const { project, environment: read } = await loadProject({ folder, environment, platform: "linux/amd64" });
    const { project: wanted = {}, ...targets } = readJson(`${folder}/expected.json`) as Record<string, Fields>;
    assert.equal(
      project.targets.map(({ id }) => id),
      Object.keys(targets),
    );
    const environmentRead = JSON.parse(JSON.stringify(read, (_, value) => value ?? null));
    assert.equal(pick({ ...project, environment: environmentRead }, wanted), wanted);
    for (const target of project.targets) {
      const fields = targets[target.id] ?? {};
      assert.equal(pick({ ...target, ...derived(target) }, fields), fields, target.id);
    }
  });
}

function readJson(file: string): Record<string, never> {
  return JSON.parse(readFileSync(file, "utf8")) as Record<string, never>;
}

function pick(from: object, fields: Fields): Fields {
  return Object.fromEntries(Object.keys(fields).map((key) => [key, (from as Fields)[key]]));
}

function derived(target: Target): Fields {
  const testFiles = target.tests.map(({ name, source }) => `${name} ${source ?? "configuration"}`);
  return { parents: parentsOf(target), source: target.dockerfile.source, testFiles };
}

function parentsOf({ dockerfile }: Target): readonly string[] {
  return dockerfile.bases.flatMap(({ from }) => ("target" in from ? [from.target] : []));
}
