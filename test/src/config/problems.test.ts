import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { loadProject } from "../../../infrastructure/config/load.ts";
import { type Place, type Problem, problemsOf } from "../../../src/problem.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("problems of configurations");

// Each fixture is a folder with a configuration that is wrong, and problems.txt with all that is told of it.
// `UPDATE_FIXTURES=1` writes what is told now; read the difference before it is committed.
const fixtures = "test/fixtures/config";
const cases = readdirSync(fixtures).filter((name) => name.startsWith("invalid-"));

for (const name of cases) {
  test(`${name.replaceAll("-", " ")} is told in full`, async () => {
    const folder = `${fixtures}/${name}`;
    const told = await problemsIn(folder);
    assert.ok(told.length > 0, "nothing is told");
    assert.equal(
      told.filter(({ kind }) => kind !== "config"),
      [],
    );
    const text = `${told.map(write).join("\n\n")}\n`;
    const file = `${folder}/problems.txt`;
    if (process.env.UPDATE_FIXTURES) writeFileSync(file, text);
    assert.fixture(text, existsSync(file) ? readFileSync(file, "utf8") : "");
  });
}

async function problemsIn(folder: string): Promise<readonly Problem[]> {
  try {
    await loadProject({ folder, environment: {}, platform: "linux/amd64" });
    return [];
  } catch (error) {
    return problemsOf(error);
  }
}

function write({ code, message, path, place, found, wanted, looked, fix }: Problem): string {
  const heading = [code, path, place && writePlace(place)].filter(Boolean).join("  ");
  const details = Object.entries({ found, wanted, looked: looked?.join(", "), fix }).filter(
    ([, text]) => text !== undefined,
  );
  return [heading, `  ${message}`, ...details.map(([name, text]) => `  ${name.padEnd(7)} ${text}`)].join("\n");
}

function writePlace({ file, line, column }: Place): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}
