import { createHash } from "node:crypto";
import type { Digest } from "../../../src/entry.ts";
import type { Platform } from "../../../src/model/platform.ts";
import type { Target } from "../../../src/model/target.ts";
import type { TestResult } from "../../../src/ports.ts";
import { changesBetween } from "../../../src/report/changes.ts";
import type { Package, Report } from "../../../src/report/document.ts";
import type { Fact, Layer } from "../../../src/report/fact.ts";
import { imagesAfter } from "../../../src/report/report.ts";
import { childOf, project, target } from "../../rig/project.ts";

/** A digest that a word stands for. */
export function digestOf(word: string): Digest {
  return `sha256:${createHash("sha256").update(word).digest("hex")}`;
}

/** A result as a driver gives it; with errors it failed. */
export function result(name: string, changes: Partial<TestResult> = {}): TestResult {
  const none = { errors: [], stdout: "", stderr: "" };
  return { file: "test.yml", at: "commandTests[0]", name, ...none, duration: 120, ...changes };
}

/** A project of so many targets on two platforms, each with so many packages, after two runs: the second broke some. */
export function sampleReport({ targets = 7, packages = 112 } = {}): Report {
  const all = Array.from({ length: targets }, (_, i) => sampleTarget(i));
  const boms = new Map<string, readonly Package[]>();
  const factsOf = (run: number): readonly Fact[] =>
    all.flatMap((one, i) => [
      ...one.platforms.flatMap((platform) => platformFacts(one, i, platform, run)),
      ...(i === 5 ? [] : indexFacts(one, run)),
    ]);
  for (const run of [1, 2]) {
    for (const { id } of all) for (const os of platforms) boms.set(`${id} ${os} ${run}`, packageList(packages, run));
  }
  const before = imagesAfter(project(all.slice(0, -1)), { facts: factsOf(1), boms }, []);
  const images = imagesAfter(project(all), { facts: factsOf(2), boms }, before);
  const ids = all.flatMap(({ id }) => platforms.map((platform) => `build ${id} ${platform}`));
  const run = { at: "2026-07-03T14:22:10.000Z", duration: 72_000, ran: ids, cached: ids.slice(3) };
  return {
    schema: 1,
    run: { ...run, failed: ["test node:24.21.0 linux/amd64"], skipped: ["push node:24.21.0"] },
    changes: changesBetween(before, images),
    images,
  };
}

const platforms: readonly Platform[] = ["linux/amd64", "linux/arm64"];
const names = [
  ...["base:12", "base:13", "base:13-slim", "node:22.23.3", "node:24.21.0", "node:24.21.0-pnpm"],
  "image-manager:0.1.0",
];
const parents: Readonly<Record<string, string>> = {
  "node:22.23.3": "base:12",
  "node:24.21.0": "base:13",
  "node:24.21.0-pnpm": "node:24.21.0",
  "image-manager:0.1.0": "node:24.21.0",
};

function sampleTarget(i: number): Target {
  const id = names[i] ?? `image-${i % 9}:${i}.0.0`;
  const version = id.startsWith("node:") ? id.slice(5) : "";
  const aliases = version === "" ? [] : [version.replace(/\.\d+(?=$|-)/, ""), version.replace(/\.\d+\.\d+(?=$|-)/, "")];
  const parent = parents[id];
  return {
    ...(parent === undefined ? target(id) : childOf(id, parent)),
    platforms,
    aliases: aliases.map((name) => ({ name, origin: "version" as const })),
    labels: { "org.opencontainers.image.source": "https://example.org/images" },
    tests: i === 2 ? [] : [{} as Target["tests"][number]],
  };
}

function platformFacts({ id }: Target, i: number, platform: Platform, run: number): readonly Fact[] {
  const here = { target: id, platform };
  if (i === 5 && run === 2) {
    const details = [
      "images/node/pnpm/Dockerfile.jinja2:4",
      "RUN npm install -g pnpm@10.200.0",
      "npm error code ETARGET",
    ];
    const failure = {
      task: `build ${id} ${platform}`,
      message: "RUN npm install -g pnpm failed: exit code: 1",
      details,
    };
    return [{ of: "failure", ...here, failure }];
  }
  const fails = i === 4 && run === 2 && platform === "linux/amd64";
  const results = [
    result("node runs", { duration: 640 }),
    result("npm is the pinned one", {
      ...(fails ? { errors: ["stdout does not match /^11\\.6\\.0$/"], stdout: "<script>alert(1)</script>\n" } : {}),
      ...(fails ? { stderr: "npm warn: this is\u0007 a bell & an <b>\n" } : {}),
    }),
    ...Array.from({ length: 6 }, (_, n) => result(`file /usr/lib/${n}.so is there`, { duration: 3 })),
    result("metadata", { file: "test-1.yml", at: "metadataTest", duration: 1 }),
  ];
  return [
    { of: "build", ...here, digest: digestOf(`${id} ${platform} ${i > 3 ? run : 1}`), layers: layersOf(id, run) },
    ...(i === 2 ? [] : [{ of: "tests", ...here, results } as const]),
    { of: "packages", ...here, sbom: `${id} ${platform} ${i > 3 ? run : 1}` },
  ];
}

function layersOf(id: string, run: number): readonly Layer[] {
  const parent = parents[id];
  const own = (name: string, size: number): Layer => ({ digest: digestOf(`${id} ${name}`), size });
  if (parent === undefined) return [own("root", 48_123_456), own("ca", 312_000)];
  return [...layersOf(parent, run), own("files", 31_400_000), own(`rootfs ${run}`, 12_300 * run * 40)];
}

function indexFacts({ id, aliases, repository }: Target, run: number): readonly Fact[] {
  const names = [id.slice(id.indexOf(":") + 1), ...aliases.map(({ name }) => name)];
  const references = names.map((name) => `localhost:5050/${repository}:${name}`);
  const published: readonly Fact[] = id === "node:24.21.0" && run === 2 ? [] : [{ of: "tags", target: id, references }];
  return [{ of: "index", target: id, digest: digestOf(`index ${id} ${run}`) }, ...published];
}

function packageList(count: number, run: number): readonly Package[] {
  const deb = { type: "deb", license: "GPL-2.0-or-later, LGPL-2.1-or-later" };
  return [
    { name: "openssl", version: run === 1 ? "3.0.17-1~deb12u2" : "3.0.17-1~deb12u3", ...deb },
    ...(run === 1 ? [{ name: "libgone", version: "1.0", ...deb }] : [{ name: "libnew", version: "2.1", ...deb }]),
    ...Array.from({ length: count - 2 }, (_, n) => ({
      name: `libexample${n}-dev`,
      version: `${n % 7}.${n}-1+b${n % 3}`,
      ...deb,
    })),
  ];
}
