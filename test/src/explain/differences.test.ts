import * as assert from "uvu/assert";
import type { Declared } from "../../../src/entry.ts";
import { compare } from "../../../src/explain/differences.ts";
import type { Source } from "../../../src/explain/facts.ts";
import { reasonFor, sentenceFor } from "../../../src/explain/wording.ts";
import type { Material } from "../../../src/graph/key.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("differences");

const a = "a".repeat(64);
const b = "b".repeat(64);
const tree = { input: "tree", ignoreFile: true, exclude: [], modes: {} } as const;

const declared: Declared = {
  inputs: {
    buildkit: { input: "tool", name: "buildkitd" },
    context: [{ ...tree, folder: "images/node" }],
    overlays: [{ ...tree, folder: "images/node/rootfs" }],
    externals: [{ input: "external", reference: "docker.io/library/alpine:3.22", platform: "linux/amd64" }],
    version: { input: "version", of: ["mmdebstrap", "--version"] },
    TOKEN: { input: "env", name: "TOKEN" },
    period: { input: "period", seconds: 604800 },
  },
  needs: {
    files: ["prepare node:24 rootfs.tar linux/amd64"],
    parents: ["build base:13 linux/amd64", "build go:1 linux/arm64"],
  },
};

const spec = {
  buildArgs: { NODE_VERSION: "24.1.0", NPM_VERSION: "11" },
  labels: { title: "node" },
  dockerfile: "FROM base\nRUN one\nRUN two\n",
  tests: [{ name: "test.yml", commandTests: [{ command: "node", args: ["--version"] }] }],
  cacheVersion: "",
};

const inputs = {
  buildkit: "buildkitd 0.26.3",
  context: [
    [
      ["app.js", 0o644, a],
      ["bin", "folder", 0o755],
      ["bin/run", 0o755, a],
      ["current", "link", "app.js"],
    ],
  ],
  overlays: [[["etc/npmrc", 0o644, a]]],
  externals: [{ repository: "docker.io/library/alpine", digest: `sha256:${a}` }],
  version: "mmdebstrap 1.5",
  TOKEN: a,
  period: "2900",
};

const needs = {
  files: [{ sha256: a, size: 1 }],
  parents: [
    { digest: `sha256:${a}`, repository: "base" },
    { digest: `sha256:${a}`, repository: "go" },
  ],
};

const material: Material = { schema: 1, kind: "build", version: 2, spec, platform: "linux/amd64", inputs, needs };

interface Changes {
  readonly declared?: Declared;
  readonly own?: Partial<Material>;
  readonly spec?: object;
  readonly inputs?: object;
  readonly needs?: object;
}

function changed(changes: Changes): Source {
  const made = { ...material, ...changes.own };
  return {
    declared: changes.declared ?? declared,
    material: {
      ...made,
      spec: { ...spec, ...changes.spec },
      inputs: { ...inputs, ...changes.inputs },
      needs: { ...needs, ...changes.needs },
    },
  };
}

function context(...files: readonly (readonly (string | number)[])[]): Changes {
  return { inputs: { context: [files] } };
}

const files = inputs.context[0] ?? [];
const digests = "sha256:aaaaaaaa… → sha256:bbbbbbbb…";

/** What is said of each change, and nothing else. */
const cases: Readonly<Record<string, readonly [Changes, ...sentences: readonly string[]]>> = {
  "the content of a file": [
    { inputs: { overlays: [[["etc/npmrc", 0o644, b]]] } },
    "images/node/rootfs/etc/npmrc changed (aaaaaaaa… → bbbbbbbb…)",
  ],
  "a mode": [
    context(...files.slice(0, 2), ["bin/run", 0o644, a], ...files.slice(3)),
    "images/node/bin/run has another mode (0755 → 0644)",
  ],
  "a file that is added": [context(...files, ["new.js", 0o644, b]), "images/node/new.js is new"],
  "a file that is removed": [context(...files.slice(1)), "images/node/app.js is gone"],
  "a link": [
    context(...files.slice(0, 3), ["current", "link", "old.js"]),
    "images/node/current changed (link to app.js → link to old.js)",
  ],
  "a file that became a link": [
    context(["app.js", "link", "x"], ...files.slice(1)),
    "images/node/app.js changed (aaaaaaaa… → link to x)",
  ],
  "the mode of a folder": [
    context(files[0] ?? [], ["bin", "folder", 0o700], ...files.slice(2)),
    "images/node/bin has another mode (0755 → 0700)",
  ],
  "build arguments": [
    { spec: { buildArgs: { NODE_VERSION: "24.2.0", EXTRA: "" } } },
    "build argument NODE_VERSION changed (24.1.0 → 24.2.0)",
    'build argument EXTRA is new ("")',
    "build argument NPM_VERSION is gone (11)",
  ],
  "a label": [{ spec: { labels: { title: "Node" } } }, "label title changed (node → Node)"],
  "a line of the Dockerfile": [
    { spec: { dockerfile: "FROM base\nRUN 1\nRUN two\n" } },
    "Dockerfile line 2 changed (RUN one → RUN 1)",
  ],
  "a line put into the Dockerfile": [
    { spec: { dockerfile: "FROM base\nRUN zero\nRUN one\nRUN two\n" } },
    "Dockerfile line 2 is new (RUN zero)",
  ],
  "a line taken out of the Dockerfile": [
    { spec: { dockerfile: "FROM base\nRUN two\n" } },
    "Dockerfile line 2 is gone (RUN one)",
  ],
  "a test": [
    { spec: { tests: [{ name: "test.yml", commandTests: [{ command: "node", args: ["-v"] }] }] } },
    "test file test.yml commandTests[0].args[0] changed (--version → -v)",
  ],
  "any other setting": [{ spec: { cacheVersion: "2" } }, 'cacheVersion changed ("" → 2)'],
  "the digest of a base": [
    { inputs: { externals: [{ repository: "docker.io/library/alpine", digest: `sha256:${b}` }] } },
    `docker.io/library/alpine:3.22 is another (${digests})`,
  ],
  "the output of a parent": [
    { needs: { parents: [{ digest: `sha256:${b}`, repository: "base" }, needs.parents[1]] } },
    `base:13 is another (${digests})`,
  ],
  "a parent on another platform": [
    { needs: { parents: [needs.parents[0], { digest: `sha256:${b}`, repository: "go" }] } },
    `go:1 on linux/arm64 is another (${digests})`,
  ],
  "another parent": [
    {
      declared: {
        ...declared,
        needs: { ...declared.needs, parents: ["build base:14 linux/amd64", "build go:1 linux/arm64"] },
      },
    },
    "base:14 is new (sha256:aaaaaaaa…)",
    "base:13 is no longer used (sha256:aaaaaaaa…)",
  ],
  "the output of another need": [
    { needs: { files: [{ sha256: b, size: 1 }] } },
    "what 'prepare node:24 rootfs.tar linux/amd64' gave changed (aaaaaaaa… → bbbbbbbb…)",
  ],
  "a tool": [{ inputs: { buildkit: "buildkitd 0.27.0" } }, "buildkitd is another version (0.26.3 → 0.27.0)"],
  "what a command says of its version": [
    { inputs: { version: "mmdebstrap 1.6" } },
    "the version by 'mmdebstrap --version' changed (mmdebstrap 1.5 → mmdebstrap 1.6)",
  ],
  "the value of a variable": [{ inputs: { TOKEN: b } }, "variable TOKEN has another value"],
  "a variable that is no longer set": [{ inputs: { TOKEN: null } }, "variable TOKEN is no longer set"],
  "a period": [{ inputs: { period: "2901" } }, "the period of 7 days is over"],
  "the kind's version": [{ own: { version: 3 } }, "image-manager itself: build 2 → 3"],
  "the schema": [{ own: { schema: 2 } }, "image-manager itself: keys 1 → 2"],
  "the platform": [
    { own: { platform: "linux/arm64" } },
    "platform changed (linux/amd64 → linux/arm64)",
    "docker.io/library/alpine:3.22 on linux/amd64 is new (sha256:aaaaaaaa…)",
    "base:13 on linux/amd64 is new (sha256:aaaaaaaa…)",
    "go:1 is new (sha256:aaaaaaaa…)",
    "docker.io/library/alpine:3.22 is no longer used (sha256:aaaaaaaa…)",
    "base:13 is no longer used (sha256:aaaaaaaa…)",
    "go:1 on linux/arm64 is no longer used (sha256:aaaaaaaa…)",
  ],
  "the order of overlays": [context(...files.toReversed()), "the order of its inputs changed"],
};

for (const [name, [changes, ...sentences]] of Object.entries(cases)) {
  test(`compare() names ${name}, and nothing else`, () => {
    const { differences } = compare(changed({}), changed(changes));
    assert.equal(differences.map(sentenceFor), sentences);
  });
}

test("compare() finds no difference where there is none, and every fact the same", () => {
  const { differences, same } = compare(changed({}), changed({}));
  assert.equal(differences, []);
  const count = (sort: string) => same.filter((fact) => fact.sort === sort).length;
  assert.equal(["file", "argument", "parent", "base", "tool"].map(count), [4, 2, 2, 1, 1]);
});

test("compare() tells nothing of the value of a variable", () => {
  const { differences } = compare(changed({}), changed({ inputs: { TOKEN: b } }));
  assert.equal(differences, [{ sort: "variable", name: "TOKEN", before: "set", after: "set" }]);
});

test("reasonFor() names the first difference and counts the others", () => {
  const { differences } = compare(changed({}), changed({ inputs: { TOKEN: null, buildkit: "buildkitd 1" } }));
  assert.is(reasonFor(differences), "buildkitd is another version (0.26.3 → 1), and 1 more");
  assert.is(reasonFor([]), "not made from these inputs before");
});
