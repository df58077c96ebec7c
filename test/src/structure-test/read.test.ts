import * as assert from "uvu/assert";
import type { Problem } from "../../../src/problem.ts";
import { problemsOf } from "../../../src/problem.ts";
import type { ParsedTests } from "../../../src/structure-test/parse.ts";
import { createTestReader } from "../../../src/structure-test/read.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("structure tests, read");

const nothing = {
  globalEnvVars: [],
  commandTests: [],
  fileExistenceTests: [],
  fileContentTests: [],
  metadataTest: null,
  licenseTests: [],
  containerRunOptions: {
    user: null,
    privileged: false,
    allocateTty: false,
    envFile: null,
    envVars: [],
    capabilities: [],
    bindMounts: [],
  },
};

const every = `schemaVersion: 2.0.0
globalEnvVars:
  - { key: PATH, value: "/x:$PATH" }
commandTests:
  - name: everything
    setup: [[apt-get, update]]
    teardown: [[rm, -r, /tmp/x]]
    envVars: [{ key: DEBUG, value: 1 }]
    command: sh
    args: [-c, exit 3]
    exitCode: 3
    expectedOutput: [^a(b|c)+$]
    excludedOutput: [no]
    expectedError: [warning]
    excludedError: [error]
  - name: little
    command: app
fileExistenceTests:
  - name: everything
    path: /app
    shouldExist: yes
    permissions: drwxr-xr-x
    uid: 0
    gid: 1000
    isExecutableBy: any
  - { name: little, path: /gone, shouldExist: false }
fileContentTests:
  - name: everything
    path: /etc/os-release
    expectedContents: ["ID=debian"]
    excludedContents: ["ubuntu"]
metadataTest:
  envVars:
    - { key: A, value: 1.10 }
    - { key: B, value: "^x", isRegex: true }
    - { key: EMPTY }
  unboundEnvVars: [{ key: C }]
  labels: [{ key: L, value: v }]
  exposedPorts: [8080]
  unexposedPorts: ["80"]
  volumes: [/data]
  unmountedVolumes: [/tmp]
  entrypoint: []
  cmd: [app]
  workdir: /app
  user: 1000
licenseTests:
  - { debian: true, files: [/LICENSE] }
containerRunOptions:
  user: root
  privileged: true
  allocateTty: true
  envFile: app.env
  envVars: [TOKEN]
  capabilities: [NET_ADMIN]
  bindMounts: ["/a:/b"]
`;

test("parse() gives every key of the form, and fills in what is not said", async () => {
  const { text, lines, source, ...tests } = await parse(every);
  assert.equal([text, source], [every, "test.yml"]);
  assert.equal(lines, {
    "commandTests[0]": 5,
    "commandTests[1]": 16,
    "fileExistenceTests[0]": 19,
    "fileExistenceTests[1]": 26,
    "fileContentTests[0]": 28,
    "licenseTests[0]": 48,
    metadataTest: 32,
  });
  const [little] = (await parse("{ schemaVersion: 2.0.0, commandTests: [{ name: little, command: app }] }"))
    .commandTests;
  assert.equal(tests, {
    globalEnvVars: [{ key: "PATH", value: "/x:$PATH" }],
    commandTests: [
      {
        name: "everything",
        setup: [["apt-get", "update"]],
        teardown: [["rm", "-r", "/tmp/x"]],
        envVars: [{ key: "DEBUG", value: "1" }],
        command: "sh",
        args: ["-c", "exit 3"],
        exitCode: 3,
        expectedOutput: ["^a(b|c)+$"],
        excludedOutput: ["no"],
        expectedError: ["warning"],
        excludedError: ["error"],
      },
      little,
    ],
    fileExistenceTests: [
      {
        name: "everything",
        path: "/app",
        shouldExist: true,
        permissions: "drwxr-xr-x",
        uid: 0,
        gid: 1000,
        isExecutableBy: "any",
      },
      {
        name: "little",
        path: "/gone",
        shouldExist: false,
        permissions: null,
        uid: null,
        gid: null,
        isExecutableBy: null,
      },
    ],
    fileContentTests: [
      {
        name: "everything",
        path: "/etc/os-release",
        expectedContents: ["ID=debian"],
        excludedContents: ["ubuntu"],
      },
    ],
    metadataTest: {
      envVars: [
        { key: "A", value: "1.10", isRegex: false },
        { key: "B", value: "^x", isRegex: true },
        { key: "EMPTY", value: "", isRegex: false },
      ],
      unboundEnvVars: ["C"],
      labels: [{ key: "L", value: "v", isRegex: false }],
      exposedPorts: ["8080"],
      unexposedPorts: ["80"],
      volumes: ["/data"],
      unmountedVolumes: ["/tmp"],
      entrypoint: [],
      cmd: ["app"],
      workdir: "/app",
      user: "1000",
    },
    licenseTests: [{ debian: true, files: ["/LICENSE"] }],
    containerRunOptions: {
      user: "root",
      privileged: true,
      allocateTty: true,
      envFile: "app.env",
      envVars: ["TOKEN"],
      capabilities: ["NET_ADMIN"],
      bindMounts: ["/a:/b"],
    },
  });
});

test("parse() takes null for what is not said, as the original does", async () => {
  const tests = await parse(
    "schemaVersion: 2.0.0\ncommandTests:\nlicenseTests: [{}]\nmetadataTest: { user: ~, cmd: }\n",
  );
  assert.equal(tests.commandTests, []);
  assert.is(tests.metadataTest, null);
});

test("parse() takes an empty entrypoint for a test", async () => {
  const { metadataTest } = await parse("schemaVersion: 2.0.0\nmetadataTest: { entrypoint: [] }\n");
  assert.equal(metadataTest?.entrypoint, []);
});

test("parse() knows YAML 1.1: anchors, merged keys, yes and octal numbers", async () => {
  const { fileExistenceTests } = await parse(`schemaVersion: '2.0.0'
fileExistenceTests:
  - &a { name: a, path: 0755, shouldExist: no, uid: 010 }
  - <<: *a
    name: b
  - *a
`);
  const [a, b, c] = fileExistenceTests;
  assert.equal([a?.path, a?.shouldExist, a?.uid], ["0755", false, 8]);
  assert.equal([b, c], [{ ...a, name: "b" }, a]);
});

test("parse() allows two tests of one name, as the original does", async () => {
  const { licenseTests, commandTests } = await parse(
    "schemaVersion: 2.0.0\ncommandTests: [{ name: a, command: x }, { name: a, command: y }]\n",
  );
  assert.equal([licenseTests.length, commandTests.length], [0, 2]);
});

test("parse() allows modes as Go writes them", async () => {
  for (const mode of ["-rw-r--r--", "urwxr-xr-x", "ugrwxr-xr-x", "dtrwxrwxrwx", "Lrwxrwxrwx", "Dcrw-rw-rw-", ""]) {
    const { fileExistenceTests } = await parse(existence(mode));
    assert.is(fileExistenceTests[0]?.permissions, mode || null);
  }
});

test("parse() refuses modes that no file can have", async () => {
  for (const mode of ["rwxr-xr-x", "-rwsr-xr-x", "drwxrwxrwt", "0755", "drwx", "gurwxrwxrwx", "-rwxr-xr-x."]) {
    const [problem] = await problemsIn(existence(mode));
    assert.is(problem?.found, JSON.stringify(mode));
  }
});

const existence = (mode: string) =>
  `schemaVersion: 2.0.0\nfileExistenceTests: [{ name: a, path: /a, permissions: "${mode}" }]`;

test("parse() tells all of what is no YAML, with its place", async () => {
  const text = `schemaVersion: "2.0.0"
commandTests:
  - name: a
    name: b
    command: [x]
  - name: c
    expectedOutput: [*.txt]
    command: "x
`;
  const told = (await problemsIn(text)).map(({ code, found, place }) => [code, found, place?.line, place?.column]);
  assert.equal(told, [
    ["invalid-yaml", "the key name a second time", 4, 5],
    ["invalid-yaml", 'missing closing "quote', 9, 1],
    ["invalid-yaml", "*.txt, which stands for nothing here; text that begins with * needs quotes", 7, 22],
  ]);
});

test("parse() looks at the rest of a file that says something twice", async () => {
  const text = "schemaVersion: 2.0.0\nlicenseTests: [{ debian: true, debian: false, file: x }]\n";
  assert.equal(
    (await problemsIn(text)).map(({ message }) => message),
    [
      "Cannot read test.yml: found the key debian a second time",
      'Cannot use licenseTests[0].file of test.yml: found the key "file"',
    ],
  );
});

/** Each line doubles the one before. */
const bomb = [..."abcdefghijkl"]
  .map((name, i, all) => `${all[i + 1]}: &${all[i + 1]} [*${name}, *${name}]`)
  .slice(0, -1)
  .join("\n");

test("parse() tells what is no test file at all", async () => {
  const version = "Cannot use schemaVersion of test.yml: found nothing";
  const cases: readonly (readonly [text: string, message: string])[] = [
    ["", version],
    ["# nothing\n", version],
    ["commandTests: [{ name: a, command: b }]", version],
    ["- a", "Cannot use test.yml: found a list"],
    ["hello", 'Cannot use test.yml: found "hello"'],
    ["schemaVersion: 2.0.0", "Cannot use test.yml: found no tests"],
    ["schemaVersion: 2", 'Cannot use schemaVersion of test.yml: found "2"'],
    ["schemaVersion: 3.0.0\nwhat: ever", 'Cannot use schemaVersion of test.yml: found "3.0.0"'],
    ["schemaVersion: 2.0.0\n---\na: b", "Cannot read test.yml: found a second document"],
    ["a: &a [*a]", "Cannot read test.yml: found anchors that stand for themselves, or for too much"],
    [`a: &a [x, x]\n${bomb}`, "Cannot read test.yml: found anchors that stand for themselves, or for too much"],
  ];
  for (const [text, message] of cases) {
    const told = await problemsIn(text);
    assert.equal(
      told.map((one) => one.message),
      [message],
      text,
    );
  }
});

test("parse() gives the template's line, and the rendered place beside it", async () => {
  const rendered = "dist/app/1/test.yml";
  const text = "schemaVersion: 2.0.0\nlicenseTests:\n  - file: /a\n";
  const [problem] = await problems({ text, lines: [1, 0, 7], rendered });
  assert.equal(
    [problem?.place, problem?.rendered],
    [
      { file: "test.yml", line: 7 },
      { file: rendered, line: 3, column: 5 },
    ],
  );
  assert.is(problem?.excerpt, "- file: /a");
  const [unknown] = await problems({ text, lines: [0, 0, 0], rendered });
  assert.equal(unknown?.place, { file: "test.yml" });
  const read = await createTestReader().parse({ source: "test.yml", text: every, lines: [], rendered });
  assert.equal(read.lines, {});
});

test("parse() reads a text once", async () => {
  const reader = createTestReader();
  const file = { source: "test.yml", text: every, lines: [], rendered: null };
  assert.is(await reader.parse(file), await reader.parse({ ...file }));
});

test("take() writes a value as a file that reads back as it", async () => {
  const reader = createTestReader();
  const odd = ["1.10", "yes", "null", "0755", "2001-01-01", "a: b", "a\nb\n", "~", "*x", " s ", "\u{1f600}"];
  const value = { commandTests: [{ name: "odd", command: "x", args: odd, exitCode: 1, expectedOutput: undefined }] };
  const { tests, findings } = await reader.take(value);
  assert.equal(findings, []);
  assert.equal(tests?.commandTests[0]?.args, odd);
  const { text = "" } = tests ?? {};
  assert.ok(text.startsWith("schemaVersion: 2.0.0\ncommandTests:\n  - name: odd\n"));
  const { commandTests, ...rest } = await parse(text);
  assert.equal(commandTests, tests?.commandTests);
  assert.equal(
    { ...rest, commandTests: [] },
    { ...nothing, text, source: "test.yml", lines: { "commandTests[0]": 3 } },
  );
  assert.equal([tests?.source, tests?.lines], [null, {}]);
});

test("take() refuses numbers where text is wanted: 1.10 is 1.1 by then", async () => {
  const { tests, findings } = await createTestReader().take({ metadataTest: { user: 1.1 } });
  assert.is(tests, undefined);
  assert.equal(findings, [
    {
      code: "invalid-value",
      path: ["metadataTest", "user"],
      caller: undefined,
      found: "1.1 (a number)",
      wanted: 'text, as in "1.10"',
    },
  ]);
});

function parse(text: string): Promise<ParsedTests> {
  return createTestReader().parse({ source: "test.yml", text, lines: [], rendered: null });
}

function problemsIn(text: string): Promise<readonly Problem[]> {
  return problems({ text, lines: [], rendered: null });
}

async function problems(file: { text: string; lines: readonly number[]; rendered: string | null }) {
  try {
    await createTestReader().parse({ source: "test.yml", ...file });
    return [];
  } catch (error) {
    return problemsOf(error);
  }
}
