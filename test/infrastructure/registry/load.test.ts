import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { loadArchive } from "../../../infrastructure/registry/load.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { problems } from "./images.ts";

const test = suite("load");

async function* archive() {
  for (let i = 0; i < 100; i += 1) yield Buffer.alloc(10_000, "x");
}

/** Programs that stand for the engines' clients: the real ones need a daemon. */
async function engines(t: Context, scripts: Readonly<Record<string, string>>) {
  const folder = await t.folder();
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return { folder, env: { PATH: folder, OUT: join(folder, "received") } };
}

const taking = 'case $1 in load) /bin/cat > "$OUT"; echo "Loaded image: node:24" ;; *) echo 27.0 ;; esac';
const silent = "echo 'Cannot connect to the Docker daemon' >&2; exit 1";

test("loadArchive() streams into Docker", async (t) => {
  const { env } = await engines(t, { docker: taking, podman: "exit 1" });
  assert.equal(await loadArchive(archive(), env, t.signal), { engine: "docker", message: "Loaded image: node:24" });
  assert.is((await readFile(env.OUT)).byteLength, 1_000_000);
});

test("loadArchive() streams into Podman when Docker's daemon does not answer", async (t) => {
  const { env } = await engines(t, { docker: silent, podman: taking });
  assert.is((await loadArchive(archive(), env, t.signal)).engine, "podman");
});

test("loadArchive() says why neither can be used", async (t) => {
  const { env } = await engines(t, { docker: silent });
  assert.equal(await problems(loadArchive(archive(), env, t.signal)), [
    {
      code: "engine-unreachable",
      kind: "service",
      message: "Neither Docker nor Podman answers",
      looked: ["docker: Cannot connect to the Docker daemon", "podman: Cannot start podman: there is no such program"],
      fix: "Start one of them, or set DOCKER_HOST.",
    },
  ]);
});

test("loadArchive() gives the engine's words when it refuses in the middle", async (t) => {
  const refusing = "case $1 in load) echo 'no space left' >&2; exit 1 ;; *) echo 27.0 ;; esac";
  const { env } = await engines(t, { docker: refusing });
  assert.equal(await problems(loadArchive(archive(), env, t.signal)), [
    { code: "load-failed", kind: "task", message: "docker load ended with exit status 1", log: ["no space left"] },
  ]);
});

test("loadArchive() gives the archive's error when that is what failed", async (t) => {
  const { env } = await engines(t, { docker: "case $1 in load) /bin/cat > /dev/null; exit 1 ;; esac" });
  const broken = async function* () {
    yield Buffer.from("x");
    throw new Error("the registry went away");
  };
  await loadArchive(broken(), env, t.signal).then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, "the registry went away"),
  );
});
