import * as assert from "uvu/assert";
import type { Platform } from "../../../src/model/platform.ts";
import type { Target } from "../../../src/model/target.ts";
import { changesBetween } from "../../../src/report/changes.ts";
import type { Package } from "../../../src/report/document.ts";
import type { Fact } from "../../../src/report/fact.ts";
import { imagesAfter } from "../../../src/report/report.ts";
import { digestOf, result } from "../../infrastructure/report/sample.ts";
import { project, target } from "../../rig/project.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("changes");
const platforms: readonly Platform[] = ["linux/amd64", "linux/arm64"];

interface State {
  readonly digest?: string;
  readonly size?: number;
  /** `name version`, on all platforms; those of arm64 only. */
  readonly packages?: readonly string[];
  readonly armPackages?: readonly string[];
  /** Names of tests, those that fail with a `!` before. */
  readonly tests?: readonly string[];
}

function images(states: Readonly<Record<string, State>>) {
  const boms = new Map<string, readonly Package[]>();
  const facts = Object.entries(states).flatMap(
    ([id, { digest = "one", size = 100, packages, armPackages, tests = [] }]) =>
      platforms.flatMap((platform): readonly Fact[] => {
        const list = platform === "linux/arm64" ? (armPackages ?? packages) : packages;
        const sbom = { sha256: digestOf(`${list}`), size: 1 };
        boms.set(sbom.sha256, (list ?? []).map(packageOf));
        const layers = [{ digest: digestOf(`layer ${digest}`), size }];
        const results = tests.map((name) =>
          result(name.replace("!", ""), { errors: name.startsWith("!") ? ["no"] : [] }),
        );
        return [
          { of: "build", target: id, platform, digest: digestOf(`${digest} ${platform}`), layers },
          { of: "tests", target: id, platform, results },
          ...(list ? [{ of: "packages", target: id, platform, sbom } as const] : []),
        ];
      }),
  );
  const targets = Object.keys(states).map((id) => target(id, { platforms, tests: [{} as Target["tests"][number]] }));
  return imagesAfter(project(targets), { facts, boms }, []);
}

function packageOf(text: string): Package {
  const [name = "", version = ""] = text.split(" ");
  return { name, version, type: "deb", license: "" };
}

test("changesBetween() finds targets that are new or gone", () => {
  const changes = changesBetween(images({ "a:1": {}, "a:2": {} }), images({ "a:2": {}, "a:3": {} }));
  assert.equal(changes, { added: ["a:3"], removed: ["a:1"], targets: [] });
});

test("changesBetween() finds digests and sizes", () => {
  const { targets } = changesBetween(
    images({ "a:1": {}, "a:2": {} }),
    images({ "a:1": { digest: "two", size: 120 }, "a:2": {} }),
  );
  const build = (platform: Platform) => ({
    platform,
    digest: { from: digestOf(`one ${platform}`), to: digestOf(`two ${platform}`) },
    size: { from: 100, to: 120 },
  });
  assert.equal(targets, [{ target: "a:1", builds: platforms.map(build), packages: [], tests: [] }]);
});

test("changesBetween() finds packages that are new, gone or of another version, once for all platforms", () => {
  const [change] = changesBetween(
    images({ "a:1": { packages: ["bash 5", "curl 8", "zlib 1"] } }),
    images({ "a:1": { packages: ["bash 6", "jq 1", "zlib 1"] } }),
  ).targets;
  assert.equal(change?.packages, [
    { name: "bash", from: ["5"], to: ["6"], platforms },
    { name: "curl", from: ["8"], to: [], platforms },
    { name: "jq", from: [], to: ["1"], platforms },
  ]);
});

test("changesBetween() names the platforms of a package where they differ", () => {
  const [change] = changesBetween(
    images({ "a:1": { packages: ["bash 5"] } }),
    images({ "a:1": { packages: ["bash 5"], armPackages: ["bash 6"] } }),
  ).targets;
  assert.equal(change?.packages, [{ name: "bash", from: ["5"], to: ["6"], platforms: ["linux/arm64"] }]);
});

test("changesBetween() leaves out the versions of a package that stay", () => {
  const [change] = changesBetween(
    images({ "a:1": { packages: ["ms 1", "ms 2"] } }),
    images({ "a:1": { packages: ["ms 2", "ms 3", "ms 4"] } }),
  ).targets;
  assert.equal(change?.packages, [{ name: "ms", from: ["1"], to: ["3", "4"], platforms }]);
});

test("changesBetween() finds tests that began to fail or to pass", () => {
  const [change] = changesBetween(
    images({ "a:1": { tests: ["one", "!two", "three"] } }),
    images({ "a:1": { tests: ["!one", "two", "three", "four", "!five"] } }),
  ).targets;
  assert.equal(change?.tests, [
    { name: "one", now: "failed", platforms },
    { name: "two", now: "passed", platforms },
    { name: "five", now: "failed", platforms },
  ]);
});

test("changesBetween() finds nothing in what is the same", () => {
  const same = () => images({ "a:1": { packages: ["bash 5"], tests: ["one"] } });
  assert.equal(changesBetween(same(), same()), { added: [], removed: [], targets: [] });
});
