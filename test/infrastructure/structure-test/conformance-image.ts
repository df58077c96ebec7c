import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { packTar, type TarEntry } from "modern-tar";
import { run } from "../../../infrastructure/process/run.ts";
import { findProgram } from "../../../infrastructure/tools/find.ts";
import type { ImageAt, Registry, Repository } from "../../../src/ports.ts";
import { blobOf, document, sha256 } from "../registry/images.ts";

type Header = TarEntry["header"];

const applets = ["sh", "echo", "cat", "env", "id", "ls", "pwd", "sleep", "test", "touch", "true", "false", "tty"];

function file(name: string, text: string, more: Partial<Header> = {}): TarEntry {
  const body = Buffer.from(text);
  return { header: { name, size: body.byteLength, mode: 0o644, type: "file", ...more }, body };
}

function folder(name: string, mode = 0o755): TarEntry {
  return { header: { name: `${name}/`, size: 0, mode, type: "directory" } };
}

function link(name: string, linkname: string): TarEntry {
  return { header: { name, size: 0, mode: 0o777, type: "symlink", linkname } };
}

function script(name: string, ...lines: readonly string[]): TarEntry {
  return file(name, ["#!/bin/sh", ...lines, ""].join("\n"), { mode: 0o755 });
}

const hello = { mode: 0o640, uid: 1000, gid: 1001 };

const roots: readonly TarEntry[] = [
  folder("bin"),
  ...applets.map((name) => link(`bin/${name}`, "busybox")),
  folder("opt"),
  folder("opt/tools"),
  script("opt/tools/tool", 'echo "tool $*"'),
  script("bin/both", "echo to the output; echo to the error >&2; exit 3"),
  script("bin/killed", "sh -c 'kill -9 $$'", "exit $?"),
  script("bin/count", "echo $#"),
  script("bin/variables", 'echo "LOCAL=$LOCAL GLOBAL=$GLOBAL"'),
  folder("tmp", 0o1777),
  folder("etc"),
  file("etc/passwd", "root:x:0:0::/:/bin/sh\napp:x:1000:1000::/app:/bin/sh\nguest:x:2000:2000::/:/bin/sh\n"),
  file("etc/group", "root:x:0:\napp:x:1000:\nguest:x:2000:\n"),
  file("etc/os-release", "ID=old\n"),
  file("etc/removed", "of an earlier layer\n"),
  folder("etc/emptied"),
  file("etc/emptied/old", "of an earlier layer\n"),
  folder("app"),
  file("app/hello.txt", "Hello,\nworld\n", hello),
  { header: { name: "app/hard", size: 0, type: "link", linkname: "app/hello.txt", ...hello } },
  link("app/absolute", "/app/hello.txt"),
  link("app/relative", "hello.txt"),
  link("app/outside", "/../../etc/passwd"),
  link("app/dangling", "/nowhere"),
  link("app/folder", "/app"),
  file("app/setuid", "", { mode: 0o4755 }),
  file("app/empty", ""),
  ...["usr", "usr/share", "usr/share/doc", "usr/share/doc/one", "usr/share/doc/libgnutls30"].map((name) =>
    folder(name),
  ),
  file("usr/share/doc/one/copyright", "MIT\n"),
  file("usr/share/doc/libgnutls30/copyright", "not even AGPL\n"),
  link("usr/share/doc/two", "one"),
  file("usr/share/doc/README", "no package\n"),
];

const changes: readonly TarEntry[] = [
  file("etc/os-release", "ID=new\n"),
  file("etc/.wh.removed", ""),
  folder("etc/emptied"),
  file("etc/emptied/.wh..wh..opq", ""),
  file("etc/emptied/new", ""),
];

const config = {
  Env: ["PATH=/bin", "HOME_OF_APP=/app", "EQUATION=a=b", "EMPTY="],
  Entrypoint: ["/bin/false"],
  Cmd: ["serve", "--port", "80"],
  WorkingDir: "/app",
  User: "app",
  Labels: { "org.opencontainers.image.version": "1.2.3", empty: "" },
  ExposedPorts: { "8080/tcp": {}, "53/udp": {} },
  Volumes: { "/data": {} },
};

/** The image of most cases: two layers, with links, owners, whiteouts, a pipe and everything a configuration can say. */
export async function pushRich(registry: Registry, repository: Repository, scratch: string): Promise<ImageAt> {
  const layers = [await packTar([...roots, await busybox()]), await packTar([...changes]), await pipe(scratch)];
  return await push(registry, repository, layers, config);
}

/** An image without a shell and without a word in its configuration, whose packages have forbidden licenses or none. */
export async function pushBare(registry: Registry, repository: Repository): Promise<ImageAt> {
  const layer = await packTar([
    folder("bin"),
    await busybox(),
    ...["usr", "usr/share", "usr/share/doc", "usr/share/doc/bad", "usr/share/doc/none"].map((name) => folder(name)),
    file("usr/share/doc/bad/copyright", "The Agpl, version 3\n"),
    file("LICENSE", "Do What The Fuck You Want To Public License (WTFPL)\n"),
  ]);
  return await push(registry, repository, [layer], {});
}

async function busybox(): Promise<TarEntry> {
  const body = await readFile((await findProgram("busybox", process.env.PATH ?? "")) ?? "");
  return { header: { name: "bin/busybox", size: body.byteLength, mode: 0o755 }, body };
}

/** modern-tar writes no pipes. */
async function pipe(scratch: string): Promise<Uint8Array> {
  const made = join(scratch, "pipe.tar");
  await run(["sh", "-c", `cd "$1" && mkdir run && mkfifo run/pipe && tar -cf "$2" run`, "sh", scratch, made]);
  return await readFile(made);
}

async function push(
  registry: Registry,
  repository: Repository,
  tars: readonly Uint8Array[],
  config: object,
): Promise<ImageAt> {
  const layers = tars.map((tar) => blobOf(gzipSync(tar, { level: 1 })));
  const rootfs = { type: "layers", diff_ids: tars.map(sha256) };
  const configuration = blobOf(Buffer.from(JSON.stringify({ os: "linux", architecture: "amd64", config, rootfs })));
  await Promise.all([configuration, ...layers].map((blob) => registry.putBlob(repository, blob)));
  const { digest, size } = configuration;
  const made = document("application/vnd.oci.image.manifest.v1+json", {
    config: { mediaType: "application/vnd.oci.image.config.v1+json", digest, size },
    layers: layers.map((layer) => ({
      mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
      digest: layer.digest,
      size: layer.size,
    })),
  });
  await registry.putManifest(repository, made.descriptor.digest, made);
  return { repository, digest: made.descriptor.digest, platform: "linux/amd64" };
}
