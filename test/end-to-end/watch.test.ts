import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { start } from "../../infrastructure/process/start.ts";
import { clone, Machine, type Project } from "../rig/cli.ts";
import { type Context, suite } from "../rig/suite.ts";

const test = suite("watch");
let machine: Machine;

/** Milliseconds in which each line must come. */
const patience = 10_000;

test.before(async (t) => {
  machine = t.use(await Machine.create());
});

/** Fails on purpose where its input says so, and needs no service. */
const declarations = `
  const make = command(["sh", "-c", "test \\"$(cat images/app/in.txt)\\" != bad && cat images/app/in.txt"], {
    inputs: ["images/app/in.txt"],
    version: "1",
  });
  const other = command(["cat", "images/app/other.txt"], { inputs: ["images/app/other.txt"], version: "1" });
  const app = image("app", { versions: { npm: "11.6.0" }, files: { made: make, other }, tags: { "1": {} } });
`;

async function toy(): Promise<Project> {
  const project = await machine.project({
    "images/app/Dockerfile": "FROM scratch\nCOPY made other /\n",
    "images/app/in.txt": "good\n",
    "images/app/other.txt": "other\n",
  });
  await project.configure(declarations, "app");
  return project;
}

test("watch does again what changed, and tells of it in one line", async (t) => {
  const project = await toy();
  const watch = watching(t, project, "prepare");
  await watch.line("Watching 4 files of app");
  await watch.line(/^start → prepare app:1 (made|other) ✔ D, app:1 (made|other) ✔ D$/);

  await project.write({ "images/app/in.txt": "better\n" });
  await watch.line("images/app/in.txt → prepare app:1 made ✔ D");

  await project.write({ "images/app/in.txt": "bad\n" });
  await watch.line("images/app/in.txt → prepare app:1 made ✘ (waiting for a change)");
  await watch.line("✘ prepare app:1 made failed after D");

  await project.write({ "images/app/other.txt": "another\n" });
  await watch.line(
    "images/app/other.txt → prepare app:1 other ✔ D, prepare app:1 made ✘ as before (waiting for a change)",
  );

  await project.write({ "images/app/in.txt": "mended\n" });
  await watch.line("images/app/in.txt → prepare app:1 made ✔ D");
  assert.is(await watch.interrupt(), 130);
});

test("watch loads a changed configuration, and waits while it is broken", async (t) => {
  const project = await toy();
  const watch = watching(t, project, "render");
  await watch.line("start → render app:1 ✔ D");

  await project.configure(declarations.replace("11.6.0", "11.7.0"), "app");
  await watch.line("images.config.ts → NPM_VERSION 11.6.0 → 11.7.0: nothing to do");

  await project.configure(declarations.replace('"1": {}', '"2": {}, "3": {}'), "app");
  await watch.line("images.config.ts → added app:2, app:3, removed app:1: render app:2 ✔ D, app:3 ✔ D");
  assert.not.ok(existsSync(join(project.folder, "dist/app/1")));

  await project.configure(declarations.replace("tags", "tugs"), "app");
  await watch.line("images.config.ts → nothing can run (waiting for a change)");
  await watch.line("The configuration has 1 problem.");
  await project.write({ "images/app/in.txt": "other\n" });
  await watch.line("images/app/in.txt → as before (waiting for a change)");

  await project.configure(declarations, "app");
  await watch.line(/^images\.config\.ts → .*added app:1, removed app:2, app:3: render app:1 ✔ D$/);
  assert.is(await watch.interrupt(), 130);
});

test("watch sees a folder that is created and filled at once, and not what it writes itself", async (t) => {
  const project = await toy();
  const watch = watching(t, project, "render --poll 50");
  await watch.line("start → render app:1 ✔ D");
  const outside = join(project.folder, "unseen");
  await project.write({ "unseen/etc/deep/app.conf": "one\n", "unseen/etc/other.conf": "two\n" });
  await rename(outside, join(project.folder, "images/app/rootfs"));
  await watch.line(
    "images/app/rootfs/etc/deep/app.conf, images/app/rootfs/etc/other.conf → overlays[0] is new: render app:1 ✔ D",
  );
  await project.write({ "unseen/x": "3\n" });
  await rename(outside, join(project.folder, "images/app/rootfs/etc/deep/er"));
  await watch.line("images/app/rootfs/etc/deep/er/x → render app:1 ✔ D");
  await rm(join(project.folder, "dist"), { recursive: true });
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(watch.rounds(), 3);
  assert.is(await watch.interrupt(), 130);
});

test("watch --json gives rounds and the events of their runs", async (t) => {
  const project = await toy();
  const watch = watching(t, project, "render --json");
  await watch.line('{"type":"watching","files":4,"images":["app"]}');
  await watch.line('{"type":"round-started","paths":[],"mode":"changes"}');
  await watch.line(/"type":"task-finished".*"state":"ran"/);
  await watch.line(/"type":"summary"/);
  await watch.line('{"type":"round-finished"}');
  assert.is(await watch.interrupt(), 130);
});

test("a kind takes --watch; what a watch cannot do is told", async (t) => {
  const project = await toy();
  const watch = watching(t, project, "", "render app --watch");
  await watch.line("start → render app:1 ✔ D");
  assert.is(await watch.interrupt(), 130);
  const dry = await project.run("render --watch --dry-run");
  assert.is(dry.code, 2);
  assert.is(dry.stderr, "Error: Cannot watch with --dry-run\nLeave out --dry-run, or run once without watching");
  const unknown = await project.run("watch bild");
  assert.is(unknown.code, 2);
  assert.is(unknown.stderr, "Error: No target matches 'bild'\n'image-manager list' shows all targets");
});

/** A running watch whose lines are waited for one after another, without times and with `D` for durations. */
function watching(t: Context, project: Project, words: string, line = `watch ${words}`) {
  const lines: string[] = [];
  const errors: string[] = [];
  const running = start([...clone, ...line.split(" ")], {
    cwd: project.folder,
    env: machine.environment(),
    signal: t.signal,
    onLine: (stream, text) => void (stream === "stdout" ? lines : errors).push(plain(text)),
  });
  let from = 0;
  return {
    line: async (wanted: string | RegExp) => {
      const isIt = (text: string) => (typeof wanted === "string" ? text === wanted : wanted.test(text));
      for (const began = performance.now(); ; ) {
        const at = lines.slice(from).findIndex(isIt);
        if (at >= 0) {
          from += at + 1;
          return;
        }
        if (performance.now() - began > patience)
          throw new Error(`Not seen: ${wanted}\n${[...lines, ...errors].join("\n")}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    rounds: () => lines.filter((text) => text.includes(" → ")).length,
    interrupt: async () => {
      process.kill(running.pid ?? 0, "SIGINT");
      return (await running.done).code;
    },
  };
}

function plain(text: string): string {
  return text
    .replace(/^\d\d:\d\d:\d\d {2}/, "")
    .replace(/ +→/g, " →")
    .replace(/\d+(\.\d+)? s\b/g, "D");
}
