import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { createRenderer, loadExpander, type Rendered } from "../../../src/dockerfile/mod.ts";
import { ImagesError, type Problem } from "../../../src/problem.ts";
import { suite } from "../../rig/suite.ts";
import { requestFor } from "./requests.ts";

/**
 * One folder per case: `Dockerfile` or `Dockerfile.jinja2`, `values.json` (what differs from the usual request), and
 * what comes of it: `expected` and `expected.bound`, or `error`. Missing ones are written, to be read and committed.
 */
const cases = new URL("../../fixtures/dockerfile/", import.meta.url);
const test = suite("renderer, fixtures");
const render = createRenderer(await loadExpander(true));

for (const name of readdirSync(cases).sort()) {
  test(`renders ${name}`, async () => {
    const result = outcome(name);
    for (const [file, text] of Object.entries(result)) expect(new URL(`${name}/${file}`, cases), text);
    const files = readdirSync(new URL(`${name}/`, cases)).filter((file) => /^(expected|error)/.test(file));
    assert.equal(files.sort(), Object.keys(result).sort());
  });
}

function outcome(name: string): Record<string, string> {
  const read = (file: string) => readFileSync(new URL(`${name}/${file}`, cases), "utf8");
  const file = existsSync(new URL(`${name}/Dockerfile`, cases)) ? "Dockerfile" : "Dockerfile.jinja2";
  const values = existsSync(new URL(`${name}/values.json`, cases)) ? JSON.parse(read("values.json")) : {};
  try {
    const rendered = render(requestFor(`images/node/${file}`, read(file), values));
    return { expected: rendered.dockerfile.text, "expected.bound": boundText(rendered) };
  } catch (error) {
    if (!(error instanceof ImagesError)) throw error;
    return { error: `${error.problems.map(problemText).join("\n\n")}\n` };
  }
}

/** The bound Dockerfile with the template's line before each, then bases, kept overlays and notices. */
function boundText({ dockerfile, overlays, notices }: Rendered): string {
  const lines = dockerfile.bound.split("\n").map((line, i) => `${dockerfile.lines[i]}\t${line}`);
  const bases = dockerfile.bases.map((base) => JSON.stringify(base));
  return `${[...lines, ...bases, ...overlays.map(({ folder }) => `overlay ${folder}`), ...notices].join("\n")}\n`;
}

function problemText({ kind, place, ...fields }: Problem): string {
  assert.is(kind, "config");
  const at = place === undefined ? "no place" : `${place.file}:${place.line ?? "?"}`;
  return [at, ...Object.entries(fields).map(([name, value]) => `${name}: ${[value].flat().join(" | ")}`)].join("\n");
}

function expect(file: URL, text: string): void {
  if (!existsSync(file)) writeFileSync(file, text);
  assert.fixture(text, readFileSync(file, "utf8"));
}
