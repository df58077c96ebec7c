import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import type { ImageAt, Registry, Repository } from "../../../src/ports.ts";
import { blobOf, pushLayers, sha256 } from "../registry/images.ts";

/** Text by path without a leading slash. */
type Files = Readonly<Record<string, string>>;

/** What syft knows a Debian and its packages by: three of dpkg's, and one of npm's in a layer of its own. */
export const debian: readonly Files[] = [
  {
    "etc/os-release":
      'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\nID=debian\n',
    "var/lib/dpkg/status": ["bash 5.2.37-2", "dash 0.5.12-12", "libc6 2.41-12"].map(dpkgEntry).join("\n"),
    "var/lib/dpkg/info/dash.list": "/.\n/bin\n/bin/dash\n",
    "var/lib/dpkg/info/dash.md5sums": "b1946ac92492d2347c6235b4d2611184  bin/dash\n",
    "bin/dash": "hello\n",
  },
  {
    "usr/lib/node_modules/left-pad/package.json": JSON.stringify({
      name: "left-pad",
      version: "1.3.0",
      license: "MIT",
    }),
  },
];

function dpkgEntry(text: string): string {
  const [name, version] = text.split(" ");
  return [
    `Package: ${name}`,
    "Status: install ok installed",
    "Maintainer: Somebody <somebody@example.org>",
    "Architecture: amd64",
    `Version: ${version}`,
    ...(name === "libc6" ? [] : ["Depends: libc6 (>= 2.38)"]),
    "",
  ].join("\n");
}

/** Pushes an image with a layer for each set of files, by digest. */
export async function pushFiles(registry: Registry, to: Repository, layers: readonly Files[]): Promise<ImageAt> {
  const packed = await Promise.all(layers.map(layerOf));
  const { descriptor } = await pushLayers(registry, to, packed);
  return { repository: to, digest: descriptor.digest, platform: "linux/amd64" };
}

async function layerOf(files: Files) {
  const tar = await packTar(
    Object.entries(files).map(([name, text]) => ({
      header: { name, size: Buffer.byteLength(text), mode: 0o644, mtime: new Date(0) },
      body: text,
    })),
  );
  return { ...blobOf(gzipSync(tar)), diffId: sha256(tar) };
}
