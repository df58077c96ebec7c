import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";

/** Writes a project whose only image is a Debian root, made from a tar. */
export async function writeTested(project: string, root: string, port: number): Promise<void> {
  await mkdir(join(project, "images/debian"), { recursive: true });
  await writeFile(join(project, "images/debian/Dockerfile"), 'FROM scratch\nADD rootfs.tar /\nCMD ["/bin/sh"]\n');
  const lines = [
    'import { command, defineImages, hosted, image } from "image-manager";',
    `const copied = command(["cp", ${JSON.stringify(root)}, "{out}"], { version: "pinned" });`,
    'const debian = image("debian", { tags: { "12": {} }, files: { "rootfs.tar": copied } });',
    `export default defineImages({ images: [debian], registry: hosted({ port: ${port} }) });`,
  ];
  await writeFile(join(project, "images.config.ts"), lines.join("\n"));
}

/** Writes 20 checks of files and metadata and 10 commands; another `title` makes them other tests. Gives the path. */
export async function writeTests(project: string, title: string): Promise<string> {
  const there = ["/bin/sh", "/etc/passwd", "/etc/group", "/usr/bin/dpkg", "/usr/bin/env", "/usr/bin/find", "/tmp"];
  const absent = ["/usr/bin/gcc", "/usr/bin/python3", "/usr/bin/curl", "/var/run/docker.sock", "/root/.ssh"];
  const contents = {
    "/etc/os-release": "bookworm",
    "/etc/debian_version": "^12[.]",
    "/etc/passwd": "^root:.*:0:0:",
    "/etc/group": "nogroup:.*:65534:",
    "/etc/shells": "/bin/sh",
    "/var/lib/dpkg/status": "Package: dpkg\n",
    "/usr/share/common-licenses/GPL-3": "Version 3",
  };
  const tests = {
    schemaVersion: "2.0.0",
    commandTests: commands.map(([command, args, expected], i) => ({
      ...{ name: `${title}: command ${i}`, command, args },
      expectedOutput: [expected],
    })),
    fileExistenceTests: [
      ...there.map((path) => ({ name: `${path} is there`, path, uid: 0, gid: 0 })),
      ...absent.map((path) => ({ name: `${path} is not there`, path, shouldExist: false })),
    ],
    fileContentTests: Object.entries(contents).map(([path, expected]) => ({
      ...{ name: `${path} says so`, path },
      expectedContents: [expected],
    })),
    metadataTest: { cmd: ["/bin/sh"], workdir: "/", unexposedPorts: ["22"] },
  };
  const file = join(project, "images/debian/test.yml");
  await writeFile(file, stringify(tests));
  return file;
}

const commands: readonly (readonly [string, readonly string[], string])[] = [
  ["cat", ["/etc/debian_version"], "^12[.]"],
  ["ls", ["/"], "(?m)^usr$"],
  ["id", ["--user"], "^0\n"],
  ["sh", ["-c", "echo one; echo two"], "one\ntwo"],
  ["dpkg", ["--print-architecture"], "64"],
  ["dpkg-query", ["--show", "dpkg"], "^dpkg\t"],
  ["find", ["/etc", "-name", "os-release"], "os-release"],
  ["grep", ["root", "/etc/passwd"], "root"],
  ["uname", ["-s"], "Linux"],
  ["true", [], "^$"],
];

/** Writes a project whose only image has 1 GB in one layer, a quarter of it nothing that compresses; and its tests. */
export async function writeLarge(project: string, port: number): Promise<void> {
  const folder = join(project, "images/large");
  await mkdir(folder, { recursive: true });
  // Within the 32 KiB that gzip looks back.
  const repeated = Buffer.alloc(250_000_000, randomBytes(20_000));
  for (const name of ["1", "2", "3"]) await writeFile(join(folder, name), repeated);
  await writeFile(join(folder, "4"), randomBytes(250_000_000));
  await writeFile(join(folder, "last"), "the last\n");
  await writeFile(join(folder, "Dockerfile"), "FROM scratch\nCOPY . /\n");
  const tests = {
    schemaVersion: "2.0.0",
    fileExistenceTests: ["1", "2", "3", "4"].map((name) => ({ name, path: `/${name}` })),
    fileContentTests: [{ name: "the last", path: "/last", expectedContents: ["^the last\n$"] }],
  };
  await writeFile(join(folder, "test.yml"), stringify(tests));
  const lines = [
    'import { defineImages, hosted, image } from "image-manager";',
    'const large = image("large", { tags: { "1": {} } });',
    `export default defineImages({ images: [large], registry: hosted({ port: ${port} }) });`,
  ];
  await writeFile(join(project, "images.config.ts"), lines.join("\n"));
}
