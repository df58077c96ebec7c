import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { run } from "../../infrastructure/process/run.ts";
import { Machine, type Project } from "../rig/cli.ts";
import { type Body, suite } from "../rig/suite.ts";

const test = suite("platforms");
let machine: Machine;
let project: Project;

const foreign = process.arch === "x64" ? "aarch64" : "x86_64";

/** Registers tests of what only an emulator can run. */
function emulated(name: string, body: Body): void {
  if (existsSync(`/proc/sys/fs/binfmt_misc/qemu-${foreign}`)) test(name, body, { timeout: 90_000 });
  else test.skip(name, `no emulation of ${foreign}: run 'image-manager doctor --fix'`);
}

/** A program for each architecture that says which one it is. With nothing imported it is made in a moment. */
async function makePrograms(): Promise<void> {
  const source = 'package main\n\nimport "runtime"\n\nfunc main() { println("made on " + runtime.GOARCH) }\n';
  await project.write({ "program/main.go": source, "program/go.mod": "module program\n" });
  for (const architecture of ["amd64", "arm64"]) {
    const env = { ...process.env, GOARCH: architecture, CGO_ENABLED: "0" } as Record<string, string>;
    const cwd = join(project.folder, "program");
    const { code, stderr } = await run(["go", "build", "-o", architecture], { cwd, env });
    assert.is(code, 0, stderr);
  }
}

test.before(async (t) => {
  machine = t.use(await Machine.create());
  project = await machine.project({
    "images/both/Dockerfile": 'FROM scratch\nCOPY --chmod=755 program /\nRUN ["/program"]\n',
    "images/user/Dockerfile": [
      "FROM --platform=$BUILDPLATFORM both:1 AS made",
      'RUN ["/program"]',
      "FROM both:1",
      "COPY --from=made /program /host-program",
    ].join("\n"),
  });
  await makePrograms();
  await project.configure(
    `const platforms = ["linux/arm64", "linux/amd64"];
     const program = command(["cp", "program/{arch}", "{out}"], { inputs: ["program/*"], version: "pinned" });
     const both = image("both", { tags: { "1": {} }, platforms, files: { program } });
     const user = image("user", { tags: { "1": {} }, platforms: ["linux/arm64"] });`,
    "both, user",
  );
});

emulated("every declared platform is built and listed in declared order", async () => {
  const { code, stdout, ran } = await project.run("all --json");
  assert.is(code, 0, stdout.slice(-2000));
  for (const architecture of ["amd64", "arm64"]) {
    assert.match(stdout, `"line":"made on ${architecture}"`);
    assert.ok(ran.includes(`prepare both:1 program linux/${architecture}`));
    assert.ok(ran.includes(`build both:1 linux/${architecture}`));
  }
  const images = await machine.pull("both:1");
  assert.equal(
    images.map(({ platform }) => platform),
    ["linux/arm64", "linux/amd64"],
  );
  const [arm, amd] = images.map(({ files }) => files.get("program")?.text);
  assert.is.not(arm, amd);
  assert.equal((await project.run("all --json")).ran, []);
});

emulated("a stage of another platform is built on the parent for that platform", async () => {
  const { needs } = JSON.parse((await project.run("plan user --json")).stdout).tasks.find(
    ({ id }: { id: string }) => id === "build user:1 linux/arm64",
  );
  assert.equal(needs.toSorted(), ["build both:1 linux/amd64", "build both:1 linux/arm64"]);
  const [arm, amd] = (await machine.pull("both:1")).map(({ files }) => files.get("program")?.text);
  const [user] = await machine.pull("user:1");
  assert.is(user?.platform, "linux/arm64");
  assert.is(user?.files.get("program")?.text, arm);
  assert.is(user?.files.get("host-program")?.text, process.arch === "x64" ? amd : arm);
});

emulated("an archive of each platform lies in a folder of its own", async () => {
  assert.is((await project.run("archive")).code, 0);
  for (const path of ["both/1/linux-arm64", "both/1/linux-amd64", "user/1"]) {
    assert.ok((await stat(join(project.folder, "dist", path, "image.tar"))).size > 1000);
  }
});

test("--platform chooses what is built and refuses half an index", async () => {
  const { tasks } = JSON.parse((await project.run("build both --platform linux/amd64 --dry-run --json")).stdout);
  assert.equal(
    tasks.map(({ id }: { id: string }) => id),
    ["prepare both:1 program linux/amd64", "build both:1 linux/amd64"],
  );
  const half = await project.run("manifest both --platform linux/amd64");
  assert.is(half.code, 2);
  assert.is(
    half.stderr,
    "Error: manifest both:1 needs linux/arm64, which --platform leaves out\nLeave --platform away, or build only: image-manager build",
  );
});
