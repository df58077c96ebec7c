import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import * as assert from "uvu/assert";
import { suite } from "../rig/suite.ts";

const test = suite("budget");

const files = globSync("{src,tasks,infrastructure,bin,test}/**/*.ts", { exclude: ["test/fixtures/**"] }).map((file) => {
  const text = readFileSync(file, "utf8");
  return { file, text, lines: text.split("\n").length - 1 };
});

test("no file is longer than 300 lines", () => {
  assert.equal(
    files
      .filter(({ lines }) => lines > 300)
      .map(({ file, lines }) => `${file} has ${lines} lines, at most 300 are wanted`),
    [],
  );
});

test("nine files in ten are shorter than 180 lines, half of them shorter than 90", () => {
  const lengths = files.map(({ lines }) => lines).sort((a, b) => a - b);
  const quantile = (part: number): number => lengths[Math.floor(lengths.length * part)] ?? 0;
  assert.ok(
    quantile(0.9) < 180,
    `Nine files in ten should have fewer than 180 lines, and this one has ${quantile(0.9)}`,
  );
  assert.ok(quantile(0.5) < 90, `Half of the files should have fewer than 90 lines, and this one has ${quantile(0.5)}`);
});

test("no top-level function is longer than 60 lines", () => {
  assert.equal(files.flatMap(longFunctions), []);
});

test("no file is named for what it is not about", () => {
  const vague = /^(?:utils?|helpers?|common|misc|shared)\.ts$/;
  assert.equal(
    files.map(({ file }) => file).filter((file) => vague.test(basename(file))),
    [],
  );
});

test("no file but images.config.ts has a default export", () => {
  const withDefault = files.filter(({ text }) => /^export (?:default\b|\{[^}]*\bas default\b)/m.test(text));
  assert.equal(
    withDefault.map(({ file }) => file),
    [],
  );
});

/** The formatter puts a top-level function's first and last line at the margin. */
function longFunctions({ file, text }: { file: string; text: string }): readonly string[] {
  const functions = text.matchAll(/^(?:export )?(?:async )?function\*? (\w+)[\s\S]*?^\}$/gm);
  const long = [...functions].map(([body, name]) => ({ name, lines: body.split("\n").length }));
  return long.filter(({ lines }) => lines > 60).map(({ name, lines }) => `${file}: ${name}() has ${lines} lines`);
}
