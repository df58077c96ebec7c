import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import * as assert from "uvu/assert";
import { createImageReader } from "../../../infrastructure/image/reader.ts";
import type { ImageAt } from "../../../src/ports.ts";
import type { Wanted } from "../../../src/structure-test/facts.ts";
import { permissionsOf } from "../../../src/structure-test/permissions.ts";
import { suite } from "../../rig/suite.ts";
import { front } from "../registry/front.ts";
import { client, problems, pushIndex, repository, sha256 } from "../registry/images.ts";
import { realRegistry } from "../registry/real.ts";
import { device, file, folder, gzip, link, plain, push, type StoredLayer, zstd } from "./images.ts";
import { nothing, pushed, texts } from "./reading.ts";

const test = suite("image reader");

test("readImage() tells kind, permissions, owner and size when files of all kinds are in the image", async (t) => {
  const { files } = await pushed(t, [
    await gzip(
      folder("tmp", { mode: 0o1777 }),
      file("bin/su", "#!", { mode: 0o4755, uid: 0, gid: 42 }),
      file("./app/data", "12345", { mode: 0o640, uid: 1000, gid: 100 }),
      link("app/link", "data"),
      device("dev/null", "character-device", { mode: 0o666 }),
      device("dev/sda", "block-device", { mode: 0o660, gid: 6 }),
      device("run/pipe", "fifo", { mode: 0o600 }),
      file("big/uid", "", { uid: 3_000_000_000, gid: 2_097_152 }),
    ),
  ])({ paths: ["/tmp", "/bin/su", "/app/data", "/app/link", "/dev/null", "/dev/sda", "/run/pipe", "/big/uid", "/"] });
  const lines = [...files].map(([path, found]) => {
    if ("unavailable" in found) return found.unavailable;
    return `${permissionsOf(found)} ${found.uid} ${found.gid} ${found.size} ${path} ${found.target}`.trim();
  });
  assert.equal(lines, [
    "drwxrwxrwt 0 0 0 /tmp",
    "-rwsr-xr-x 0 42 2 /bin/su",
    "-rw-r----- 1000 100 5 /app/data",
    "lrwxrwxrwx 0 0 0 /app/link data",
    "crw-rw-rw- 0 0 0 /dev/null",
    "brw-rw---- 0 6 0 /dev/sda",
    "prw------- 0 0 0 /run/pipe",
    "-rw-r--r-- 3000000000 2097152 0 /big/uid",
    "drwxr-xr-x 0 0 0 /",
  ]);
});

test("readImage() gives everything of the configuration when it is empty, null or full", async (t) => {
  const none = {
    env: {},
    entrypoint: [],
    cmd: [],
    workdir: "",
    user: "",
    labels: {},
    ports: [],
    volumes: [],
  };
  assert.equal((await pushed(t, [], null)({})).config, none);
  assert.equal((await pushed(t, [], { Env: null, Cmd: null, Labels: null, Volumes: null })({})).config, none);
  const full = {
    Env: ["PATH=/bin", "OPTIONS=a=b", "EMPTY=", "BARE"],
    Entrypoint: ["/init"],
    Cmd: ["a", "b"],
    WorkingDir: "/app",
    User: "1000:1000",
    Labels: { a: "b" },
    ExposedPorts: { "80/tcp": {}, "53/udp": {} },
    Volumes: { "/data": {} },
  };
  assert.equal((await pushed(t, [], full)({})).config, {
    env: { PATH: "/bin", OPTIONS: "a=b", EMPTY: "", BARE: "" },
    entrypoint: ["/init"],
    cmd: ["a", "b"],
    workdir: "/app",
    user: "1000:1000",
    labels: { a: "b" },
    ports: ["80/tcp", "53/udp"],
    volumes: ["/data"],
  });
});

test("readImage() reads layers of each compression and media type", async (t) => {
  const docker = await gzip(file("docker", "docker"));
  const tar = await packTar([file("parts", "x".repeat(100_000))]);
  const inParts = (compress: typeof gzipSync) =>
    Buffer.concat([compress(tar.subarray(0, 1000)), compress(tar.subarray(1000))]);
  const read = pushed(t, [
    await plain(file("plain", "plain")),
    await zstd(file("zstd", "zstd")),
    { ...docker, mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip" },
    { mediaType: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", bytes: inParts(gzipSync) },
  ]);
  const found = await texts(read, ["/plain", "/zstd", "/docker", "/parts"]);
  assert.equal(found, ["plain", "zstd", "docker", "x".repeat(100_000)]);
});

test("readImage() reads long names, and content that is no UTF-8", async (t) => {
  const deep = `${"very-long-folder-name/".repeat(30)}Ünïcode.txt`;
  const read = pushed(t, [await gzip(file(deep, "deep"), file("bytes", Uint8Array.of(0xef, 0xbb, 0xbf, 0xff, 0x41)))]);
  assert.equal(await texts(read, [`/${deep}`, "/bytes"]), ["deep", "\ufeff\ufffdA"]);
});

test("readImage() refuses to read a file of absurd size, and still tells it is there", async (t) => {
  const huge = new Uint8Array(16 * 1024 * 1024 + 1);
  const read = pushed(t, [await gzip(file("huge", huge), file("most", huge.subarray(1)), link("to", "huge"))]);
  const [direct, linked, most] = await texts(read, ["/huge", "/to", "/most"]);
  assert.is(direct, "/huge has 17 MiB, and files of up to 16 MiB are read");
  assert.is(linked, "/to leads to /huge, which has 17 MiB, and files of up to 16 MiB are read");
  assert.is(most?.length, 16 * 1024 * 1024);
  assert.is(((await read({ paths: ["/huge"] })).files.get("/huge") as { size: number }).size, huge.byteLength);
});

test("readImage() reads the copyright files of packages, links among them", async (t) => {
  const doc = "usr/share/doc";
  const read = pushed(t, [
    await gzip(
      file(`${doc}/zlib/copyright`, "zlib"),
      file(`${doc}/gone/copyright`, "gone"),
      folder(`${doc}/bare`),
      link(`${doc}/gcc-base`, "zlib"),
      file(`${doc}/README`, "no package"),
    ),
    await gzip(link(`${doc}/apt/copyright`, "../zlib/copyright"), file(`${doc}/.wh.gone`)),
  ]);
  const { debianLicenses } = await read({ debianLicenses: true });
  assert.equal(
    debianLicenses,
    new Map<string, object>([
      ["apt", { text: "zlib" }],
      ["bare", { unavailable: "/usr/share/doc/bare/copyright does not exist" }],
      ["zlib", { text: "zlib" }],
    ]),
  );
  const none = await pushed(t, [await gzip(file("a"))])({ debianLicenses: true });
  assert.equal(none.debianLicenses, { unavailable: "/usr/share/doc does not exist: there is no /usr" });
});

test("readImage() reads no further down than needed, and a layer once for all images on it", async (t) => {
  const registry = client(t);
  const { address, seen } = await front(t, await realRegistry(t), () => false);
  const to = repository(address, "node");
  const base = await gzip(
    file("etc/passwd", "root"),
    link("etc/os-release", "../usr/lib/os-release"),
    link("lib", "usr/lib"),
    file("usr/lib/os-release", "debian"),
    file("usr/lib/libc", "c"),
  );
  const node = await gzip(folder("app"), file("app/run", "1"));
  const first = await push(registry, to, [base, node]);
  const second = await push(registry, to, [base, node, await gzip(file("app/more", "2"))]);
  const read = createImageReader(registry);
  const layersRead = async (image: ImageAt, wanted: Partial<Wanted>) => {
    const before = seen.length;
    await read(image, () => ({ ...nothing, ...wanted }), t.signal);
    return seen.slice(before).filter((line) => line.startsWith("GET") && line.includes("/blobs/")).length - 1;
  };
  assert.is(await layersRead(first, {}), 0);
  assert.is(await layersRead(first, { contents: ["/app/run"] }), 1);
  assert.is(await layersRead(first, { paths: ["/etc/passwd"], contents: ["/etc/os-release", "/app/run"] }), 1);
  assert.is(await layersRead(second, { paths: ["/nowhere"], contents: ["/usr/lib/os-release", "/app/run"] }), 1);
  // Nobody knew that this would be wanted.
  assert.is(await layersRead(second, { contents: ["/lib/libc"] }), 1);
  assert.is(await layersRead(second, { contents: ["/lib/libc"] }), 0);
});

test("readImage() reads a layer once when several images want it at the same time", async (t) => {
  const registry = client(t);
  const { address, seen } = await front(t, await realRegistry(t), () => false);
  const to = repository(address, "node");
  const base = await gzip(file("etc/passwd", "root"));
  const images = await Promise.all(
    ["1", "2", "3"].map(async (n) => push(registry, to, [base, await gzip(file(n, n))])),
  );
  const before = seen.length;
  const read = createImageReader(registry);
  await Promise.all(images.map((image) => read(image, () => ({ ...nothing, contents: ["/etc/passwd"] }), t.signal)));
  assert.is(seen.slice(before).filter((line) => line.endsWith(sha256(base.bytes))).length, 1);
});

test("readImage() says what it cannot read", async (t) => {
  const registry = client(t);
  const address = await realRegistry(t);
  const to = repository(address, "node");
  const read = createImageReader(registry);
  const wanted = () => ({ ...nothing, paths: ["/a"] });
  const failure = async (image: ImageAt) => (await problems(read(image, wanted, t.signal)))[0];
  const absent: ImageAt = { repository: to, digest: `sha256:${"0".repeat(64)}`, platform: "linux/amd64" };
  assert.equal(await failure(absent), {
    code: "manifest-unknown",
    kind: "task",
    message: `Cannot read ${address}/node@${absent.digest}: it does not exist`,
  });
  const { index } = await pushIndex(registry, to, "24", ["amd64"]);
  assert.equal(await failure({ ...absent, digest: index.descriptor.digest }), {
    code: "no-image",
    kind: "task",
    message: `Cannot read ${address}/node@${index.descriptor.digest}: it is no image for one platform`,
    found: index.descriptor.mediaType,
  });
  const wrong = async (layer: StoredLayer) => String((await failure(await push(registry, to, [layer])))?.message);
  const bytes = Buffer.alloc(2048, "no archive");
  assert.match(
    await wrong({ mediaType: "application/wasm", bytes }),
    /: layers of the type application\/wasm are unknown$/,
  );
  assert.match(
    await wrong({ mediaType: "x.tar+gzip", bytes }),
    /^Cannot read layer sha256:.*: incorrect header check$/,
  );
  assert.match(await wrong({ mediaType: "x.tar", bytes }), /: Invalid tar number$/);
  const cut = (await plain(file("a", "x".repeat(5000)))).bytes.subarray(0, 3000);
  assert.match(await wrong({ mediaType: "x.tar", bytes: cut }), /: Tar archive is truncated$/);
});

test("readImage() ends when it is cancelled", async (t) => {
  const registry = client(t);
  const image = await push(registry, repository(await realRegistry(t), "node"), [await gzip(file("a"))]);
  const error = await createImageReader(registry)(
    image,
    () => ({ ...nothing, paths: ["/a"] }),
    AbortSignal.abort(),
  ).catch((error: unknown) => error);
  assert.is((error as Error).name, "AbortError");
});
