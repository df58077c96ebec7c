import * as assert from "uvu/assert";
import type { FileContentTest, FileExistenceTest, MetadataTest, TestFile } from "../../../src/model/structure-test.ts";
import { checkFacts } from "../../../src/structure-test/check.ts";
import { contentErrors } from "../../../src/structure-test/content.ts";
import { existenceErrors } from "../../../src/structure-test/existence.ts";
import { environmentOf, expand } from "../../../src/structure-test/expand.ts";
import type { FileFacts, FileKind, ImageConfig, ImageFacts } from "../../../src/structure-test/facts.ts";
import { licenseErrors } from "../../../src/structure-test/license.ts";
import { metadataErrors } from "../../../src/structure-test/metadata.ts";
import { permissionsInGo, permissionsOf } from "../../../src/structure-test/permissions.ts";
import { wantedOf } from "../../../src/structure-test/wanted.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("structure tests of files and metadata");

test("expand() does as Go's os.Expand", () => {
  const values = { HOME: "/root", A_1: "a", "odd name": "odd", empty: "" };
  const cases: readonly (readonly [string, string])[] = [
    ["@HOME/x", "/root/x"],
    ["@{HOME}x", "/rootx"],
    ["@A_1-@A_1", "a-a"],
    ["@{odd name}", "odd"],
    ["[@NOWHERE][@{empty}]", "[][]"],
    ["a@@b", "ab"],
    ["@1HOME", "HOME"],
    ["100@ @.", "100@ @."],
    ["@{}x", "x"],
    ["@{HOME", "HOME"],
    ["@toString", ""],
    ["\\@HOME", "\\/root"],
  ];
  // An @ is a $ here, which linters take for a forgotten template.
  const dollars = (text: string) => text.replaceAll("@", "$");
  for (const [text, wanted] of cases) assert.is(expand(dollars(text), values), dollars(wanted), text);
});

test("environmentOf() puts global variables over the image's, whose values they see", () => {
  const globalEnvVars = [
    { key: "PATH", value: "/x:$PATH" },
    { key: "TWICE", value: "$PATH" },
  ];
  const found = environmentOf({ globalEnvVars }, { env: { PATH: "/bin", HOME: "/root" } });
  assert.equal(found, { PATH: "/x:/bin", HOME: "/root", TWICE: "/bin" });
});

test("permissions are written as ls and as Go do", () => {
  const cases: readonly (readonly [FileKind, number, string, string])[] = [
    ["file", 0o644, "-rw-r--r--", "-rw-r--r--"],
    ["file", 0o4755, "-rwsr-xr-x", "urwxr-xr-x"],
    ["file", 0o4644, "-rwSr--r--", "urw-r--r--"],
    ["file", 0o6711, "-rws--s--x", "ugrwx--x--x"],
    ["directory", 0o1777, "drwxrwxrwt", "dtrwxrwxrwx"],
    ["directory", 0o1770, "drwxrwx--T", "dtrwxrwx---"],
    ["directory", 0o2755, "drwxr-sr-x", "dgrwxr-xr-x"],
    ["link", 0o777, "lrwxrwxrwx", "Lrwxrwxrwx"],
    ["character-device", 0o666, "crw-rw-rw-", "Dcrw-rw-rw-"],
    ["block-device", 0o660, "brw-rw----", "Drw-rw----"],
    ["fifo", 0o600, "prw-------", "prw-------"],
  ];
  for (const [kind, mode, ls, go] of cases)
    assert.equal([permissionsOf({ kind, mode }), permissionsInGo({ kind, mode })], [ls, go]);
});

const run: FileFacts = { kind: "file", mode: 0o640, uid: 0, gid: 7, size: 3, target: "" };
const missing = { unavailable: "/run.sh does not exist" };

function existence(test: Partial<FileExistenceTest>, found: FileFacts | typeof missing = run): readonly string[] {
  const any = { permissions: null, uid: null, gid: null, isExecutableBy: null };
  return existenceErrors({ name: "run", path: "", shouldExist: true, ...any, ...test }, "/run.sh", found);
}

test("existenceErrors() is empty when a file is as wanted", () => {
  assert.equal(existence({}), []);
  assert.equal(existence({ permissions: "-rw-r-----", uid: 0, gid: 7 }), []);
  assert.equal(existence({ shouldExist: false }, missing), []);
  assert.equal(existence({ permissions: "urwxr-xr-x", isExecutableBy: "other" }, { ...run, mode: 0o4755 }), []);
  assert.equal(existence({ permissions: "-rwsr-xr-x" }, { ...run, mode: 0o4755 }), []);
  assert.equal(existence({ isExecutableBy: "any" }, { ...run, mode: 0o001 }), []);
});

test("existenceErrors() says each thing that is not as wanted", () => {
  assert.equal(existence({ permissions: "-rwxr-xr-x", uid: 1000, gid: 0, isExecutableBy: "any" }), [
    "/run.sh has permissions -rw-r-----, wanted -rwxr-xr-x",
    "/run.sh has permissions -rw-r-----, wanted it executable by anyone",
    "/run.sh belongs to user 0, wanted 1000",
    "/run.sh belongs to group 7, wanted 0",
  ]);
  const executable = (isExecutableBy: FileExistenceTest["isExecutableBy"], mode: number) =>
    existence({ isExecutableBy }, { ...run, mode });
  assert.equal(executable("owner", 0o655), ["/run.sh has permissions -rw-r-xr-x, wanted it executable by its owner"]);
  assert.equal(executable("group", 0o745), ["/run.sh has permissions -rwxr--r-x, wanted it executable by its group"]);
  assert.equal(executable("other", 0o754), ["/run.sh has permissions -rwxr-xr--, wanted it executable by others"]);
  assert.equal(existence({ uid: 5 }, missing), ["/run.sh does not exist"]);
  assert.equal(existence({ shouldExist: false, uid: 5 }), ["/run.sh exists and should not"]);
});

function content(test: Partial<FileContentTest>, text: string): readonly string[] {
  return contentErrors({ name: "", path: "/etc/x", expectedContents: [], excludedContents: [], ...test }, { text });
}

test("contentErrors() names each pattern that is missing or too much, and how the file begins", () => {
  assert.equal(
    content({ expectedContents: ["^ID=\\w+", "(?m)^NAME="], excludedContents: ["ubuntu"] }, "ID=debian\nNAME=x"),
    [],
  );
  assert.equal(content({ expectedContents: ["ID=a", "ID=d", "^$"], excludedContents: ["deb"] }, "ID=debian\n"), [
    '/etc/x has no match for /ID=a/: it is "ID=debian\\n"',
    '/etc/x has no match for /^$/: it is "ID=debian\\n"',
    "/etc/x has a match for /deb/, wanted none",
  ]);
  assert.equal(content({ expectedContents: ["a\nb"] }, "x".repeat(1000)), [
    `/etc/x has no match for /a\\nb/: it begins with "${"x".repeat(80)}"`,
  ]);
  assert.equal(content({ expectedContents: ["."] }, ""), ["/etc/x has no match for /./: it is empty"]);
  const test = { name: "", path: "/etc/x", expectedContents: [], excludedContents: ["a"] };
  assert.equal(contentErrors(test, { unavailable: "/etc/x does not exist" }), ["/etc/x does not exist"]);
});

const config: ImageConfig = {
  env: { PATH: "/usr/bin:/bin", NODE_VERSION: "24.11.0", EMPTY: "" },
  entrypoint: ["docker-entrypoint.sh"],
  cmd: ["node", "-v"],
  workdir: "",
  user: "1000:1000",
  labels: { "org.opencontainers.image.version": "24.11.0" },
  ports: ["8080/tcp", "53/udp", "443"],
  volumes: ["/data"],
};

const anything: MetadataTest = {
  envVars: [],
  unboundEnvVars: [],
  labels: [],
  exposedPorts: [],
  unexposedPorts: [],
  volumes: [],
  unmountedVolumes: [],
  entrypoint: null,
  cmd: null,
  workdir: null,
  user: null,
};

const metadata = (test: Partial<MetadataTest>) => metadataErrors({ ...anything, ...test }, config);

test("metadataErrors() is empty when the configuration is as wanted", () => {
  assert.equal(metadata({}), []);
  const same = {
    envVars: [
      { key: "NODE_VERSION", value: "^24\\.", isRegex: true },
      { key: "PATH", value: "/usr/bin:/bin", isRegex: false },
      { key: "EMPTY", value: "", isRegex: false },
    ],
    unboundEnvVars: ["DEBUG", "toString"],
    labels: [{ key: "org.opencontainers.image.version", value: "\\d+$", isRegex: true }],
    exposedPorts: ["8080", "8080/tcp", "53", "53/udp", "443/tcp"],
    unexposedPorts: ["80", "53/tcp", "8080/udp"],
    volumes: ["/data"],
    unmountedVolumes: ["/"],
    entrypoint: ["docker-entrypoint.sh"],
    cmd: ["node", "-v"],
    user: "1000:1000",
  };
  assert.equal(metadata(same), []);
});

test("metadataErrors() says each thing that is not as wanted", () => {
  const errors = metadata({
    envVars: [
      { key: "PATH", value: "/bin", isRegex: false },
      { key: "NODE_VERSION", value: "^25", isRegex: true },
      { key: "HOME", value: "/root", isRegex: false },
    ],
    unboundEnvVars: ["EMPTY"],
    labels: [{ key: "vendor", value: ".", isRegex: true }],
    exposedPorts: ["80", "53/tcp"],
    unexposedPorts: ["8080"],
    volumes: ["/var"],
    unmountedVolumes: ["/data"],
    entrypoint: [],
    cmd: ["node", "-v", "x"],
    workdir: "/app",
    user: "root",
  });
  assert.equal(errors, [
    'Variable PATH is "/usr/bin:/bin", wanted "/bin"',
    'Variable NODE_VERSION is "24.11.0", wanted a match for /^25/',
    'Variable HOME is not set, wanted "/root"',
    'Variable EMPTY is "" and should not be set',
    "Label vendor is not set, wanted a match for /./",
    'Entrypoint is ["docker-entrypoint.sh"], wanted []',
    'Command is ["node","-v"], wanted ["node","-v","x"]',
    'Working directory is not set, wanted "/app"',
    'User is "1000:1000", wanted "root"',
    "Port 80 is not exposed",
    "Port 53/tcp is not exposed",
    "Port 8080 is exposed and should not be",
    "Volume /var is not declared",
    "Volume /data is declared and should not be",
  ]);
});

test("licenseErrors() finds licenses that are not allowed, and packages without one", () => {
  const bad = { text: "Licensed under the\nGNU Agpl" };
  const debianLicenses = new Map<string, typeof bad | typeof missing>([
    ["apt", { text: "GPL-2" }],
    ["bad", bad],
    ["bare", { unavailable: "/usr/share/doc/bare/copyright does not exist" }],
    ["libgnutls30", bad],
  ]);
  const contents = new Map([["/LICENSE", { text: "WTFPL" }]]);
  assert.equal(licenseErrors({ debian: true, files: ["/LICENSE"] }, { debianLicenses, contents }), [
    "/usr/share/doc/bad/copyright names the license AGPL, which is not allowed",
    "/usr/share/doc/bare/copyright does not exist",
    "/LICENSE names the license WTFPL, which is not allowed",
  ]);
  assert.equal(licenseErrors({ debian: false, files: [] }, { debianLicenses, contents }), []);
  assert.equal(licenseErrors({ debian: true, files: [] }, { debianLicenses: missing, contents }), [
    missing.unavailable,
  ]);
});

test("checkFacts() gives a result for each test, in the order of the sections, and asks for what wantedOf() names", () => {
  const file: TestFile = {
    name: "test.yml",
    text: "",
    source: null,
    lines: {},
    globalEnvVars: [{ key: "APP", value: "$HOME/app" }],
    commandTests: [],
    fileExistenceTests: [
      {
        name: "run",
        path: "$APP/run",
        shouldExist: true,
        permissions: null,
        uid: null,
        gid: null,
        isExecutableBy: null,
      },
    ],
    fileContentTests: [{ name: "text", path: "/$x", expectedContents: ["a"], excludedContents: [] }],
    metadataTest: { ...anything, workdir: "/root" },
    licenseTests: [
      { debian: false, files: ["/$x"] },
      { debian: true, files: [] },
    ],
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
  const image = { ...config, env: { HOME: "/root" } };
  const wanted = wantedOf([file, file], image);
  assert.equal(wanted, { paths: ["/root/app/run"], contents: ["/$x"], debianLicenses: true });
  const facts: ImageFacts = {
    config: image,
    files: new Map([["/root/app/run", run]]),
    contents: new Map([["/$x", { text: "a" }]]),
    debianLicenses: missing,
  };
  const rest = { file: "test.yml", stdout: "", stderr: "", duration: 0 };
  assert.equal(checkFacts(file, facts), [
    { ...rest, at: "fileExistenceTests[0]", name: "run", errors: [] },
    { ...rest, at: "fileContentTests[0]", name: "text", errors: [] },
    { ...rest, at: "metadataTest", name: "metadata", errors: ['Working directory is not set, wanted "/root"'] },
    { ...rest, at: "licenseTests[0]", name: "licenses", errors: [] },
    { ...rest, at: "licenseTests[1]", name: "licenses", errors: ["/run.sh does not exist"] },
  ]);
});
