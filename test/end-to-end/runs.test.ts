import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { RunRecord } from "../../src/record/record.ts";
import type { TraceDocument } from "../../src/record/trace.ts";
import { clone, Machine, type Project } from "../rig/cli.ts";
import { suite } from "../rig/suite.ts";

const test = suite("runs that are remembered");
let machine: Machine;
let project: Project;

const secret = "hunter2-hunter2";

// `prepare` needs neither a builder nor a registry.
test.before(async (t) => {
  machine = t.use(await Machine.create());
  project = await machine.project({ "images/app/Dockerfile": "FROM scratch\nCOPY *.txt /\n" });
  await project.configure(
    `const script = "echo token $TOKEN; test -e mended && echo good >$0";
     const app = image("app", {
       tags: { "1": {} },
       secrets: { token: { env: "TOKEN", optional: true } },
       files: { "app.txt": command(["sh", "-c", script, "{out}"], { version: "1", env: ["TOKEN"], mutex: "app" }) },
     });`,
    "app",
    "limits: { prepare: 1 }, retry: { prepare: 1 }",
  );
});

const task = "prepare app:1 app.txt";

test("runs says when there is none", async () => {
  assert.is((await project.run("runs")).stdout, "No run of this project is remembered");
  const { code, stderr } = await project.run("runs show");
  assert.equal(
    [code, stderr],
    [2, "Error: No run of this project is remembered\n'image-manager runs' lists the last ones"],
  );
});

test("a failed run is repeated as it was printed, and its log is whole", async () => {
  const failed = await project.run("prepare --trace trace.json", { env: { TOKEN: secret } });
  assert.is(failed.code, 1, failed.stdout);
  assert.match(failed.stdout, `Note: ${task} is tried again in 1 s: `);
  assert.match(failed.stdout, `   Whole log:      image-manager runs show --log "${task}"`);
  const shown = await project.run("runs show");
  const end = failed.stdout.slice(failed.stdout.indexOf("\n✘")).replaceAll(secret, "***");
  assert.is(shown.stdout.slice(shown.stdout.indexOf("\n✘")), end);
  // The words that a test gives have no blanks.
  const log = await project.run("show", { program: [...clone, "runs", `--log=${task}`] });
  assert.equal([log.code, log.stdout], [0, "token ***\ntoken ***"]);
});

test("a run that goes well has its record, and no log", async () => {
  await project.write({ mended: "" });
  const { code, stdout } = await project.run("prepare --force --summary");
  assert.is(code, 0);
  assert.match(
    stdout,
    /^Slowest tasks:\n.* prepare app:1 app\.txt\nWork: .* at once on the average\nCache: nothing was found in it$/m,
  );
  const { runs } = JSON.parse((await project.run("runs --json")).stdout);
  assert.equal(
    runs.map(({ state, command }: { state: string; command: string }) => [state, command]),
    [
      ["done", "image-manager prepare --force --summary"],
      ["failed", "image-manager prepare --trace trace.json"],
    ],
  );
  const record = JSON.parse((await project.run("runs show --json")).stdout) as RunRecord;
  assert.equal(
    record.tasks.map((one) => [one.task.id, one.outcome.state, one.log]),
    [[task, "ran", false]],
  );
});

test("nothing to do is told of in a line; plans are not remembered", async () => {
  assert.is((await project.run("prepare --json")).summary.statistics.hits.disk, 1);
  await project.run("plan");
  await project.run("prepare --dry-run");
  const { stdout } = await project.run("runs");
  assert.is(stdout.split("\n").length, 3);
  assert.match(stdout.split("\n")[0] ?? "", /done +[\d.]+ s +1 cached +image-manager prepare --json$/);
});

test("runs names what it has when asked for what it has not", async () => {
  const unknown = await project.run("runs show 1999");
  assert.equal(
    [unknown.code, unknown.stderr],
    [2, "Error: No run '1999' is remembered\n'image-manager runs' lists the last ones"],
  );
  const log = await project.run("runs show --log build");
  assert.equal([log.code, log.stderr], [2, `Error: No log of 'build' is kept\n   wanted   ${task}`]);
  const action = await project.run("runs list");
  assert.equal(
    [action.code, action.stderr],
    [2, "Error: Cannot do 'runs list'\nEither: image-manager runs\nOr:     image-manager runs show [id]"],
  );
});

test("a trace is written whatever becomes of the run", async () => {
  const { traceEvents } = JSON.parse(readFileSync(join(project.folder, "trace.json"), "utf8")) as TraceDocument;
  const spans = traceEvents.flatMap((event) => (event.ph === "X" ? [event] : []));
  assert.equal(
    spans.map(({ name, args }) => [name, args.state, args.reason]),
    [[task, "failed", "not made before"]],
  );
  // The task and the second it waited for its second try.
  assert.ok((spans[0]?.dur ?? 0) > 1_000_000);
});

test("a trace that cannot be written is told before the run", async () => {
  const { code, stderr } = await project.run("prepare --trace none/trace.json");
  assert.equal([code, stderr], [2, "Error: Cannot write the trace to none/trace.json: there is no such folder"]);
});

test("an interrupted run is remembered", async () => {
  await project.write({ "images/app/Dockerfile": "FROM scratch\n" });
  await project.configure(
    `const app = image("app", {
       tags: { "1": {} },
       files: { "slow.txt": command(["sh", "-c", "echo began; sleep 60", "{out}"], { version: "1" }) },
     });`,
    "app",
  );
  const running = project.start("prepare --verbose");
  await running.seen(/→ prepare/);
  process.kill(running.pid, "SIGINT");
  assert.is((await running.done).code, 130);
  const { stdout } = await project.run("runs");
  assert.match(stdout.split("\n")[0] ?? "", /interrupted .* 1 cancelled +image-manager prepare --verbose$/);
});

test("no secret is in a record, a log or a trace", async () => {
  const folder = join(machine.folder, "state/image-manager/runs");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  assert.ok(files.some(({ name }) => name.endsWith(".log")));
  for (const { parentPath, name } of files) assert.not.match(readFileSync(join(parentPath, name), "utf8"), secret);
  assert.not.match(readFileSync(join(project.folder, "trace.json"), "utf8"), secret);
  assert.not.ok(existsSync(join(project.folder, "none")));
});
