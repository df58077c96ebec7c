import { readdirSync, readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { semver } from "../../../src/tags/semver.ts";
import type { Aliases } from "../../../src/tags/strategy.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("semver()");

// Each fixture is a table of one family: a tag (with a suffix), and its aliases in order; its first line may say `latest`.
const folder = "test/fixtures/semver";

for (const file of readdirSync(folder)) {
  test(`${file.replace(/\.txt$/, "").replaceAll("-", " ")} has these aliases`, () => {
    const [head = "", ...rest] = readFileSync(`${folder}/${file}`, "utf8").trimEnd().split("\n");
    const latest = /^latest: (.*)$/.exec(head)?.[1];
    const rows = latest === undefined ? [head, ...rest] : rest;
    const strategy = semver(latest === undefined ? {} : { latest: JSON.parse(latest) as boolean | string });
    const family = rows.map(readTag);
    const given = strategy(family);
    assert.equal(
      family.map(({ reference }) => aliasesOf(reference, given)),
      rows.map((row) => row.slice(20)),
    );
  });
}

test("semver() names latest explicitly and versions as versions", () => {
  const { aliases } = semver({ latest: true })([readTag("1.2.3")]);
  assert.equal(
    aliases.map(({ name, origin }) => `${name} ${origin}`),
    ["1.2 version", "1 version", "latest explicit"],
  );
});

function readTag(row: string) {
  const [tag = "", suffix = ""] = row.slice(0, 20).trim().split(" ");
  return { tag, suffix, variant: suffix === "" ? null : suffix.slice(1), reference: tag + suffix };
}

function aliasesOf(reference: string, { aliases, skipped }: Aliases): string {
  const why = skipped.find((one) => one.reference === reference)?.why;
  const names = aliases.filter((alias) => alias.reference === reference).map(({ name }) => name);
  return why === undefined ? names.sort().join(", ") || "-" : `no alias: ${why}`;
}
