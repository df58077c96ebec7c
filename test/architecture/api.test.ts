import { readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { suite } from "../rig/suite.ts";

const test = suite("public API");
const entry = "src/mod.ts";

/** What users may import. A change here is a change for them: it belongs into CHANGELOG.md. */
const api: readonly string[] = [
  "acr",
  "Aliases",
  "AliasProposal",
  "AliasStrategy",
  "AnyCell",
  "Cache",
  "CacheOptions",
  "Cell",
  "Command",
  "command",
  "Configuration",
  "Credentials",
  "Defaults",
  "defineImages",
  "Definition",
  "ecr",
  "Environment",
  "external",
  "garage",
  "GarageOptions",
  "ghcr",
  "hosted",
  "Image",
  "image",
  "Labels",
  "MetadataTestSpec",
  "oci",
  "Place",
  "PlatformName",
  "platforms",
  "Reference",
  "RootFolder",
  "s3",
  "S3Options",
  "SecretSource",
  "semver",
  "SemverOptions",
  "Staleness",
  "structureTest",
  "StructureTests",
  "StructureTestSpec",
  "Tagged",
  "TestEntry",
  "Testing",
  "Values",
];

/** The names that `export {…}` statements list; the entry has no other kind of export. */
function exported(text: string): readonly string[] {
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].map(([, list = ""]) => list);
  const names = lists.flatMap((list) => list.split(",")).map((name) => name.replace(/^\s*type /, "").trim());
  return names
    .map((name) => name.split(" as ").at(-1) ?? name)
    .filter(Boolean)
    .sort();
}

const text = readFileSync(entry, "utf8");

test("src/mod.ts exports these names and no other", () => {
  assert.equal(exported(text), [...api].sort());
});

test("src/mod.ts lists every name it exports", () => {
  assert.not.match(text, /^export (?:\*|const|function|class|async|interface|type \w)/m);
});
