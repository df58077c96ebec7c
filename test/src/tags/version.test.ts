import * as assert from "uvu/assert";
import { compareVersions } from "../../../src/tags/version.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("compareVersions()");

const ascending = [
  "1",
  "1.2-rc.1",
  "1.2",
  "1.2.0.1",
  "1.10",
  "2.0.0-alpha",
  "2.0.0-alpha.1",
  "2.0.0-rc.2",
  "2.0.0",
  "v2.0.1",
  "2025.09.1",
  "2025.10",
];

test("compareVersions() orders numbers by value and prereleases before their release", () => {
  for (const [i, lower] of ascending.entries()) {
    for (const higher of ascending.slice(i + 1)) {
      assert.ok(compareVersions(lower, higher) < 0, `${lower} < ${higher}`);
      assert.ok(compareVersions(higher, lower) > 0, `${higher} > ${lower}`);
    }
  }
});

test("compareVersions() counts missing parts as zero and ignores build metadata", () => {
  assert.is(compareVersions("1.2", "1.2.0"), 0);
  assert.is(compareVersions("1.2.3+build.7", "1.2.3"), 0);
});
