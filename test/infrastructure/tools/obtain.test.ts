import { access, chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { createLocks } from "../../../infrastructure/process/locks.ts";
import type { Toolbox } from "../../../infrastructure/tools/find.ts";
import { toolVersion } from "../../../infrastructure/tools/manifest.ts";
import { locateTool, obtainTool } from "../../../infrastructure/tools/obtain.ts";
import { ImagesError, type Problem } from "../../../src/problem.ts";
import { type Context, suite } from "../../rig/suite.ts";

const test = suite("obtaining tools");

interface Bench extends Toolbox {
  /** A folder on PATH. */
  readonly programs: string;
  readonly lines: string[];
}

/** A toolbox whose PATH is one empty folder. */
async function bench(t: Context): Promise<Bench> {
  const folder = await t.folder();
  const programs = join(folder, "programs");
  await mkdir(programs);
  const lines: string[] = [];
  return {
    programs,
    lines,
    cache: join(folder, "cache"),
    environment: { PATH: programs, HOME: folder },
    locks: createLocks(join(folder, "locks")),
    report: (line) => lines.push(line),
    signal: t.signal,
  };
}

async function script(file: string, text: string): Promise<string> {
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
  return file;
}

/** A Go that writes down that it was called, and builds programs that do nothing. */
function fakeGo({ programs }: Bench): Promise<string> {
  return script(
    join(programs, "go"),
    `PATH=/usr/bin:/bin
     echo "$* CGO=$CGO_ENABLED $GOTOOLCHAIN" >>${programs}/calls
     sleep 0.1
     grep -q moby/buildkit go.mod && test -s go.sum
     for name in buildctl buildkitd; do printf '#!/bin/sh\\n' >programs/$name; chmod +x programs/$name; done`,
  );
}

function problem(error: unknown): Problem {
  assert.instance(error, ImagesError);
  return (error as ImagesError).problems[0] as Problem;
}

test("obtainTool() takes the right version on PATH", async (t) => {
  const box = await bench(t);
  const file = await script(join(box.programs, "buildctl"), "echo 'buildctl github.com/moby/buildkit v0.26.3 abc'");
  assert.is(await obtainTool("buildctl", box), file);
  assert.equal(box.lines, []);
});

test("obtainTool() builds both programs once when two ask at once and PATH has the wrong version", async (t) => {
  const box = await bench(t);
  await fakeGo(box);
  await script(join(box.programs, "buildctl"), "echo 'buildctl github.com/moby/buildkit v0.25.0 abc'");
  const built = await Promise.all([obtainTool("buildctl", box), obtainTool("buildkitd", box)]);
  assert.equal(
    built,
    ["buildctl", "buildkitd"].map((name) => join(box.cache, "buildkit-0.26.3", name)),
  );
  const [call, ...more] = (await readFile(join(box.programs, "calls"), "utf8")).trim().split("\n");
  assert.equal(more, []);
  assert.match(call ?? "", /^build -trimpath .*version\.Version=v0\.26\.3 -o programs\/ .* CGO=0 local$/);
  assert.equal(box.lines.sort(), [
    "Building buildkit 0.26.3 from its Go module (a minute or two when Go has nothing of it yet)",
    "buildkit 0.26.3 waits for another build of tools",
  ]);
});

test("obtainTool() takes what was built before, and clears away what a killed build left", async (t) => {
  const box = await bench(t);
  await mkdir(join(box.cache, ".building-buildkit/programs"), { recursive: true });
  await fakeGo(box);
  const file = await obtainTool("buildctl", box);
  assert.is(await obtainTool("buildctl", { ...box, environment: { PATH: "/nowhere" } }), file);
  assert.equal(await locateTool("buildctl", box), { file, version: "0.26.3", fits: true });
  assert.is(await access(join(box.cache, ".building-buildkit")).catch(() => "gone"), "gone");
});

test("obtainTool() says that there is no Go", async (t) => {
  const box = await bench(t);
  const error = await obtainTool("buildctl", box).catch(problem);
  assert.equal(error, {
    code: "go-missing",
    kind: "service",
    message: "Cannot build buildkit 0.26.3: there is no Go",
    fix: "Install Go 1.24.3 or newer (https://go.dev/dl), or put the programs of buildkit 0.26.3 on PATH",
  });
});

test("obtainTool() says what can be done without when a tool is missing that not everybody needs", async (t) => {
  const error = await obtainTool("syft", await bench(t)).catch(problem);
  assert.equal(error, {
    code: "go-missing",
    kind: "service",
    message: "Cannot build syft 1.39.0: there is no Go",
    fix:
      "Install Go 1.24.1 or newer (https://go.dev/dl), or put the programs of syft 1.39.0 on PATH, " +
      "or do without: sbom: false",
  });
});

test("obtainTool() builds one module after another", async (t) => {
  const box = await bench(t);
  await script(
    join(box.programs, "go"),
    `PATH=/usr/bin:/bin
     mkdir ${box.programs}/building || exit 1
     sleep 0.1
     rmdir ${box.programs}/building
     for name in buildctl buildkitd syft; do printf '#!/bin/sh\\n' >programs/$name; chmod +x programs/$name; done`,
  );
  await Promise.all([obtainTool("syft", box), obtainTool("buildkitd", box)]);
  assert.is(box.lines.filter((line) => line.startsWith("Building ")).length, 2);
});

test("obtainTool() shows Go's last lines and leaves nothing behind when the build fails", async (t) => {
  const box = await bench(t);
  await script(join(box.programs, "go"), "echo 'go: no such module' >&2; exit 1");
  const error = await obtainTool("buildctl", box).catch(problem);
  assert.equal(error, {
    code: "tool-build-failed",
    kind: "service",
    message: "Cannot build buildkit 0.26.3: go build failed",
    fix: "It needs Go 1.24.3 or newer and access to Go modules (GOPROXY); or put the programs on PATH",
    log: ["go: no such module"],
  });
  assert.is(await locateTool("buildctl", box), undefined);
});

test("obtainTool() builds a crate with its own lock file and chosen features, and keeps only its program", async (t) => {
  const box = await bench(t);
  await script(
    join(box.programs, "cargo"),
    `PATH=/usr/bin:/bin
     echo "$*" >${box.programs}/calls
     mkdir -p bin target && printf '#!/bin/sh\\n' >bin/garage && chmod +x bin/garage`,
  );
  assert.is(await obtainTool("garage", box), join(box.cache, "garage-2.1.0/garage"));
  const scratch = join(box.cache, ".building-garage");
  assert.is(
    await readFile(join(box.programs, "calls"), "utf8"),
    "install garage --version 2.1.0 --locked --no-default-features --features bundled-libs,lmdb " +
      `--root ${scratch} --target-dir ${scratch}/target\n`,
  );
  assert.equal(box.lines, ["Building garage 2.1.0 from its crate (about five minutes)"]);
  assert.is(await access(scratch).catch(() => "gone"), "gone");
});

test("obtainTool() says that there is no cargo", async (t) => {
  const error = await obtainTool("garage", await bench(t)).catch(problem);
  assert.equal(error, {
    code: "cargo-missing",
    kind: "service",
    message: "Cannot build garage 2.1.0: there is no cargo",
    fix: "Install Rust (https://rustup.rs), or put the programs of garage 2.1.0 on PATH",
  });
});

test("obtainTool() shows cargo's last lines when the build fails", async (t) => {
  const box = await bench(t);
  await script(join(box.programs, "cargo"), "echo 'error: linker `cc` not found' >&2; exit 101");
  const error = await obtainTool("garage", box).catch(problem);
  assert.equal(error, {
    code: "tool-build-failed",
    kind: "service",
    message: "Cannot build garage 2.1.0: cargo install failed",
    fix: "It needs a current Rust, a C compiler, make and access to crates.io; or put the programs on PATH",
    log: ["error: linker `cc` not found"],
  });
});

test("obtainTool() takes Garage as its own releases and its crate call themselves", async (t) => {
  for (const says of ["garage v2.1.0 [features: k2v, lmdb]", "garage cargo:2.1.0 [features: lmdb]"]) {
    const box = await bench(t);
    const file = await script(join(box.programs, "garage"), `echo '${says}'`);
    assert.is(await obtainTool("garage", box), file);
  }
});

test("obtainTool() names the version it found of a tool that it cannot build", async (t) => {
  const box = await bench(t);
  const file = await script(join(box.programs, "runc"), "echo 'runc version 1.0.3'");
  const error = await obtainTool("runc", box).catch(problem);
  assert.equal(error, {
    code: "tool-missing",
    kind: "service",
    message: "runc >=1.1.0 not found",
    found: `version 1.0.3 at ${file}`,
    wanted: "runc >=1.1.0",
    fix: "Run 'apt-get install runc' as root, or put runc on PATH",
  });
});

test("obtainTool() takes any newer version where the manifest has a range", async (t) => {
  const box = await bench(t);
  const file = await script(join(box.programs, "runc"), "echo 'runc version 1.3.6'");
  assert.is(await obtainTool("runc", box), file);
});

test("toolVersion() gives what the manifest pins", () => {
  assert.is(toolVersion("buildctl"), "0.26.3");
  assert.is(toolVersion("buildkitd"), "0.26.3");
});
