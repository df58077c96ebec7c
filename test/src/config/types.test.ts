import { readdirSync, readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { run } from "../../../infrastructure/process/run.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("types of the configuration");

// Each fixture is a file; one that must not compile ends in a comment with the error, `// LINE TSxxxx TEXT`, where
// `…` in the text stands for the names of inner types. One compiler run checks them all.
const folder = "test/fixtures/types";
const files = readdirSync(folder).filter((name) => /^(?:valid|invalid)-.*\.ts$/.test(name));
let errors: ReadonlyMap<string, readonly string[]> = new Map();

test.before(async () => {
  const compiler = "node_modules/typescript/bin/tsc";
  const { stdout } = await run([process.execPath, compiler, "-p", folder, "--noEmit", "--pretty", "false"]);
  const lines = [...stdout.matchAll(/^test\/fixtures\/types\/(\S+?\.ts)\((\d+),\d+\): error (TS\d+): (.*)$/gm)];
  const found = lines.map(([, file = "", line, code, text]) => ({ file, error: `${line} ${code} ${text}` }));
  errors = new Map(
    [...Map.groupBy(found, ({ file }) => file)].map(([file, list]) => [file, list.map((one) => one.error)]),
  );
});

for (const file of files) {
  const wanted = /^\/\/ (\d+ TS\d+ .*)$/m.exec(readFileSync(`${folder}/${file}`, "utf8"))?.[1];
  const name = file.replace(/\.ts$/, "").replaceAll("-", " ");
  test(wanted === undefined ? `${name} compiles` : `${name} does not compile`, () => {
    assert.is(
      file.startsWith("invalid-"),
      wanted !== undefined,
      "an invalid case says its error, a valid one has none",
    );
    const found = errors.get(file) ?? [];
    if (wanted === undefined) assert.equal(found, []);
    else if (!(found.length === 1 && matches(found[0] ?? "", wanted))) assert.equal(found, [wanted]);
  });
}

function matches(found: string, wanted: string): boolean {
  const parts = wanted.split("…").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(found);
}
