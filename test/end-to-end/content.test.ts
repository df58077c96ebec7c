import { chmod, cp, readdir, readFile, utimes } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { clone, Machine, type Project } from "../rig/cli.ts";
import type { PulledImage } from "../rig/image.ts";
import { suite } from "../rig/suite.ts";

const test = suite("content");
let machine: Machine;

/** 1980-01-01, in seconds. */
const epoch = 315532800;

test.before(async (t) => {
  machine = t.use(await Machine.create());
});

async function all(project: Project, env: Record<string, string | undefined> = {}): Promise<readonly string[]> {
  const { code, stdout, stderr, ran } = await project.run("all --json", { env });
  assert.is(code, 0, `${stdout}${stderr}`.slice(-2000));
  return ran;
}

/** The only image of a reference. */
async function pulled(reference: string): Promise<PulledImage> {
  const [image] = await machine.pull(reference);
  assert.ok(image);
  return image;
}

test("images from another folder, home, umask and empty caches have the same digests", async () => {
  const project = await machine.project({
    "images/same/Dockerfile.jinja2":
      'FROM scratch\nCOPY . /\nSHELL ["/busybox", "sh", "-c"]\nRUN echo {{ tag }} >/made\n',
    "images/same/folder/hello.txt": "hello\n",
    "images/same/rootfs/usr/bin/tool": "#!/busybox sh\n",
  });
  await project.configure(
    `const same = image("same", {
       tags: { "1": {} },
       files: { "made.txt": command(["sh", "-c", "echo made >$0", "{out}"], { version: "pinned" }) },
     });
     const child = image("child", { from: same.tag("1"), dockerfile: { text: "FROM base\\nLABEL a=b" }, tags: { "1": {} } });`,
    "same, child",
  );
  await project.busybox("same");
  await chmod(join(project.folder, "images/same/rootfs/usr/bin/tool"), 0o755);
  await all(project);
  const digests = [await machine.digest("same:1"), await machine.digest("child:1")];
  const other = await machine.project();
  await cp(project.folder, other.folder, { recursive: true, preserveTimestamps: false });
  for (const entry of await readdir(other.folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    await chmod(path, entry.isDirectory() || path.endsWith("/tool") || path.endsWith("/busybox") ? 0o700 : 0o600);
  }
  const narrow = ["sh", "-c", 'umask 077; exec "$@"', "sh", ...clone];
  const env = machine.home("narrow");
  const built = await other.run("build --no-cache --json", { env, program: narrow });
  assert.is(built.summary.ran, 3, built.stdout + built.stderr);
  assert.is((await other.run("all", { env, program: narrow })).code, 0);
  assert.equal([await machine.digest("same:1"), await machine.digest("child:1")], digests);
  assert.equal((await other.run("push --json", { env })).ran, []);
});

test("images with files of equal name, size, time and mode have their own bytes", async () => {
  const names = Array.from({ length: 10 }, (_, i) => `equal${i}`);
  const project = await machine.project(
    Object.fromEntries(
      names.flatMap((name, i) => [
        [`images/${name}/Dockerfile`, "FROM scratch\nCOPY config /\n"],
        [`images/${name}/config`, `content ${i}\n`],
        [`images/${name}/rootfs/etc/overlay`, `overlay ${i}\n`],
      ]),
    ),
  );
  for (const name of names) {
    for (const file of ["config", "rootfs/etc/overlay"])
      await utimes(join(project.folder, "images", name, file), epoch, epoch);
  }
  const declared = names.map((name) => `const ${name} = image("${name}", { tags: { "1": {} } });`);
  await project.configure(declared.join("\n"), names.join(", "));
  assert.is((await project.run("all --jobs 10")).code, 0);
  const images = await Promise.all(names.map((name) => pulled(`${name}:1`)));
  const texts = images.map(({ files }) => `${files.get("config")?.text}${files.get("etc/overlay")?.text}`);
  assert.equal(
    texts,
    names.map((_, i) => `content ${i}\noverlay ${i}\n`),
  );
  assert.ok(images.every(({ files }) => [...files.values()].every(({ time }) => time === epoch)));
});

test("overlays have their modes and owners, and no ignore file hides them", async () => {
  const project = await machine.project({
    "images/modes/Dockerfile": "FROM scratch\nCOPY . /context\n",
    "images/modes/.dockerignore": "*\n!kept.txt\n",
    "images/modes/kept.txt": "kept\n",
    "images/modes/hidden.txt": "hidden\n",
    "images/modes/rootfs/etc/shadow": "x\n",
    "images/modes/rootfs/usr/bin/tool": "tool\n",
    "images/modes/rootfs/etc/open": "open\n",
  });
  for (const [file, mode] of [
    ["usr/bin/tool", 0o700],
    ["etc/open", 0o666],
    ["etc/shadow", 0o644],
  ] as const) {
    await chmod(join(project.folder, "images/modes/rootfs", file), mode);
  }
  await project.configure(
    `const modes = image("modes", {
       tags: { "1": {} }, modes: { "/etc/shadow": 0o640, "/usr/bin/tool": 0o4755 },
       rootfs: { folder: "images/modes/rootfs", owner: "7:8" },
     });`,
    "modes",
  );
  await all(project);
  const { files } = await pulled("modes:1");
  const shown = ["etc/shadow", "usr/bin/tool", "etc/open", "context/kept.txt"].map((path) => {
    const { mode = 0, owner } = files.get(path) ?? {};
    return `${path} ${mode.toString(8)} ${owner}`;
  });
  assert.equal(shown, ["etc/shadow 640 7:8", "usr/bin/tool 4755 7:8", "etc/open 644 7:8", "context/kept.txt 644 0:0"]);
  assert.not.ok(files.has("context/hidden.txt"));
  const dockerfile = await readFile(join(project.folder, "dist/modes/1/Dockerfile"), "utf8");
  assert.match(dockerfile, /^COPY .*rootfs/m);
});

test("versions are build arguments; labels, annotations, stage and named bases are as declared", async () => {
  const project = await machine.project({
    "images/maker/Dockerfile": "FROM scratch\nCOPY . /\n",
    "images/settings/Dockerfile": [
      "FROM build AS first",
      'SHELL ["/busybox", "sh", "-c"]',
      "ARG DOTNET_SDK_VERSION",
      "ARG FLAVOUR",
      "ARG LITERAL",
      "RUN echo $DOTNET_SDK_VERSION $FLAVOUR $LITERAL >/made.txt",
      "FROM run AS wanted",
      "COPY --from=first /made.txt /made.txt",
      "FROM first",
      "RUN exit 1",
    ].join("\n"),
    "images/small/Dockerfile": "FROM scratch\nLABEL small=yes\nLABEL org.opencontainers.image.title=small\n",
  });
  await project.busybox("maker");
  await project.configure(
    `const maker = image("maker", { tags: { "1": {} } });
     const small = image("small", { tags: { "1": {} } });
     const settings = image("settings", {
       bases: { build: maker.tag("1"), run: small.tag("1") },
       tags: { "9.0": { versions: { "dotnet-sdk": "9.0.1" } } },
       variables: { flavour: "of %tag%" }, args: { LITERAL: "as it is" }, stage: "wanted",
       labels: { "org.opencontainers.image.title": "%image% %tag%", own: "label" },
     });`,
    "maker, small, settings",
  );
  await all(project);
  const { files, labels, annotations, created, layers } = await pulled("settings:9.0");
  assert.is(files.get("made.txt")?.text, "9.0.1 of 9.0 as it is\n");
  assert.is(labels["org.opencontainers.image.title"], "settings 9.0");
  assert.is(labels.own, "label");
  assert.is(labels.small, "yes");
  assert.is(annotations["org.opencontainers.image.title"], "settings 9.0");
  assert.is(annotations["org.opencontainers.image.version"], "9.0");
  assert.is(created, "1980-01-01T00:00:00Z");
  assert.is(layers.length, 1);
});

test("children are built on their parent's digest, whatever its tag says", async () => {
  const project = await machine.project({
    "images/parent/Dockerfile": "FROM scratch\nCOPY parent.txt /\n",
    "images/parent/parent.txt": "parent\n",
    "images/heir/Dockerfile": "FROM parent:1\nCOPY heir.txt /\n",
    "images/heir/heir.txt": "heir\n",
  });
  await project.configure(
    `const parent = image("parent", { tags: { "1": {} } });
     const heir = image("heir", { tags: { "1": {} } });`,
    "parent, heir",
  );
  await all(project);
  const parent = await pulled("parent:1");
  const stranger = await machine.registry.manifest(machine.repository("heir"), "1");
  assert.ok(stranger);
  await machine.registry.copy(machine.repository("heir"), machine.repository("parent"), stranger.descriptor.digest);
  await machine.registry.putManifest(machine.repository("parent"), "1", stranger);
  await project.write({ "images/heir/heir.txt": "another\n" });
  assert.is((await project.run("build heir")).code, 0);
  await all(project);
  assert.is((await pulled("heir:1")).layers[0], parent.layers[0]);
  assert.is((await pulled("heir:1")).files.get("heir.txt")?.text, "another\n");
});

test("a base from outside is pinned in images.lock and stays what it was", async () => {
  const outside = await machine.project({
    "images/outside/Dockerfile": "FROM scratch\nCOPY version.txt /\n",
    "images/outside/version.txt": "one\n",
  });
  await outside.configure('const outside = image("outside", { tags: { "1": {} } });', "outside");
  await all(outside);
  const pinned = await pulled("outside:1");
  const project = await machine.project({ "images/user/Dockerfile": "FROM base\nLABEL user=yes\n" });
  await project.configure(
    `const user = image("user", { from: external("${machine.address}/outside:1"), tags: { "1": {} } });`,
    "user",
  );
  await project.run("plan");
  assert.not.ok((await readdir(project.folder)).includes("images.lock"));
  await all(project);
  const lock = await readFile(join(project.folder, "images.lock"), "utf8");
  assert.ok(lock.includes(pinned.digest), lock);
  await outside.write({ "images/outside/version.txt": "two\n" });
  await all(outside);
  assert.equal(await all(project), []);
  await project.run("build --no-cache");
  assert.equal(await all(project), []);
  assert.equal((await pulled("user:1")).layers, pinned.layers);
});
