// @garage
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { Foreseen } from "../../src/run/foresee.ts";
import { processes } from "../infrastructure/process/processes.ts";
import { type Finished, Machine, type Project, type Started } from "../rig/cli.ts";
import { startGarage, type TestGarage } from "../rig/garage.ts";
import { proxyTo } from "../rig/proxy.ts";
import { suite } from "../rig/suite.ts";

const test = suite("shared store");
const patience = { timeout: 120_000 };

const images = `
  const base = image("base", {
    sbom: false,
    tags: { "1": {} },
    files: { "made.txt": command(["sh", "-c", "echo made"], { version: "1" }) },
  });
  const app = image("app", { from: base.tag("1"), sbom: false, tags: { "1": {}, "2": {} } });
`;

const files = {
  "images/base/Dockerfile": "FROM scratch\nCOPY made.txt /\n",
  "images/app/Dockerfile": "FROM base\nCOPY app.txt /\n",
  "images/app/app.txt": "app\n",
};

let garage: TestGarage;
let secrets: Record<string, string>;
let machine: Machine;
let place: { endpoint: string; admin: string };

test.before(async (t) => {
  garage = await startGarage(t);
  place = { endpoint: garage.place.endpoint ?? "", admin: garage.place.admin.endpoint };
  const { GARAGE_ADMIN_TOKEN = "", GARAGE_ACCESS_KEY_ID = "", GARAGE_SECRET_ACCESS_KEY = "" } = garage.variables;
  secrets = { GARAGE_ADMIN_TOKEN, GARAGE_ACCESS_KEY_ID, GARAGE_SECRET_ACCESS_KEY };
  machine = t.use(await Machine.create());
});

/** A clone of the project on a machine, its cache wherever the settings say. */
async function cloneOn(machine: Machine, settings: object): Promise<Project> {
  const project = await machine.project(files);
  await project.configure(images, "base, app", `cache: garage(${JSON.stringify(settings)})`);
  return project;
}

let homes = 0;
/** The environment of somebody who has never been here. */
function somebody(machine: Machine, more: Record<string, string> = {}): { env: Record<string, string> } {
  homes += 1;
  return { env: { ...machine.home(`home-${homes}`), ...secrets, ...more } };
}

function stores({ events }: Finished): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of events) {
    if (event.type !== "task-finished") continue;
    const { outcome } = event;
    const store = outcome.state === "cached" ? (outcome.store ?? "compared") : outcome.state;
    counts[store] = (counts[store] ?? 0) + 1;
  }
  return counts;
}

function failuresOf({ summary, stderr }: Finished): string {
  return `${JSON.stringify(summary?.problems)}\n${stderr}`;
}

function warnings({ events }: Finished): readonly string[] {
  return events.flatMap((event) => (event.type === "warning" ? [event.message] : []));
}

const references = ["base:1", "app:1", "app:2"];

test(
  "what one has made another one gets: nothing is built, digests are the same",
  async (t) => {
    const settings = { ...place, prefix: "shared" };
    const one = await cloneOn(machine, settings);
    const commit = "0123456789".repeat(4);
    await one.write({ ".git/HEAD": "ref: refs/heads/topic\n", ".git/refs/heads/topic": `${commit}\n` });
    const maker = somebody(machine);
    const first = await one.run("all --json", maker);
    assert.is(first.code, 0, failuresOf(first));
    assert.is(first.summary.cached, 0);
    const made = `"commit":"${commit}","branch":"topic","registry":"${machine.address}/"`;
    assert.ok((await textsIn(maker.env.HOME ?? "")).some((text) => text.includes(made)));
    const digests = await Promise.all(references.map((reference) => machine.digest(reference)));

    const two = await cloneOn(machine, settings);
    const other = somebody(machine);
    const second = await two.run("all --json", other);
    assert.is(second.code, 0, failuresOf(second));
    assert.equal(
      second.ran.filter((id) => !/^(render|push) /.test(id)),
      [],
    );
    assert.equal(stores(second), { ran: 3, s3: 7, compared: 3 });
    const again = await two.run("all --json", other);
    assert.equal(stores(again), { disk: 7, compared: 6 });

    const elsewhere = t.use(await Machine.create());
    const three = await cloneOn(elsewhere, settings);
    const stranger = somebody(elsewhere);
    const plan = await three.run("plan --json", stranger);
    const { tasks } = JSON.parse(plan.stdout) as { readonly tasks: readonly Foreseen[] };
    const reasons = tasks.filter(({ kind }) => kind === "build").map(({ reason }) => reason);
    assert.equal(reasons, Array(3).fill(`would be copied from ${machine.address}`));
    const third = await three.run("all --json", stranger);
    assert.is(third.code, 0, failuresOf(third));
    assert.equal(
      third.ran.filter((id) => /^(build|prepare|sbom|test) /.test(id)),
      [],
    );
    assert.equal(await Promise.all(references.map((reference) => elsewhere.digest(reference))), digests);

    // The first registry goes away: whoever has none of it builds again, and gets the same.
    await machine.project().then((any) => any.run("stop registry"));
    const lonely = t.use(await Machine.create());
    const fourth = await (await cloneOn(lonely, settings)).run("all --json", somebody(lonely));
    assert.is(fourth.code, 0, failuresOf(fourth));
    assert.is(fourth.ran.filter((id) => id.startsWith("build ")).length, 3);
    assert.equal(await Promise.all(references.map((reference) => lonely.digest(reference))), digests);
  },
  patience,
);

/** A build of somebody new of an image that nobody has built, with a cache that is bad in some way. */
async function badRun(settings: object, more: Record<string, string> = {}, during?: (run: Started) => Promise<void>) {
  const project = await machine.project({ "images/one/Dockerfile": "FROM scratch\nCOPY made.txt /\n" });
  const command = `command(["echo", "${Math.random()}"], { version: "1" })`;
  const one = `const one = image("one", { sbom: false, tags: { "1": {} }, files: { "made.txt": ${command} } });`;
  await project.configure(one, "one", `cache: garage(${JSON.stringify(settings)})`);
  const who = somebody(machine, more);
  const started = project.start("build --json", who);
  await during?.(started);
  const finished = await started.done;
  assert.is(finished.code, 0, failuresOf(finished));
  return { ...finished, again: () => project.run("build --json", who) };
}

const without = "building without cache: ";

test(
  "a Garage that is not there, or never answers, costs 2 s at most and one warning",
  async (t) => {
    const good = await badRun({ ...place, prefix: "good" });
    const stopped = await badRun({ endpoint: "http://localhost:1" });
    assert.equal(warnings(stopped), [
      `Garage not reachable, ${without}nothing answers at http://localhost:1. Run 'docker compose up -d' to start infrastructure services`,
    ]);
    const proxy = await proxyTo(t, place.endpoint);
    proxy.freeze();
    const endpoint = proxy.address;
    const hanging = await badRun({ endpoint });
    assert.equal(warnings(hanging), [
      `Garage not reachable, ${without}${endpoint} does not answer. Check the address and the network`,
    ]);
    const lost = hanging.summary.duration - good.summary.duration;
    // Other work on this machine may make it longer; the exact limit is a matter of the layered store's own tests.
    assert.ok(lost < 4000, `${lost} ms`);
  },
  patience,
);

test(
  "a wrong key, secret or bucket is said once and with its way out",
  async () => {
    const key = await badRun({ endpoint: place.endpoint }, { GARAGE_ACCESS_KEY_ID: `GK${"0".repeat(24)}` });
    assert.equal(warnings(key), [
      `Garage cannot be used, ${without}it does not know the access key. Check GARAGE_ACCESS_KEY_ID`,
    ]);
    const secret = await badRun({ endpoint: place.endpoint }, { GARAGE_SECRET_ACCESS_KEY: "0".repeat(64) });
    assert.equal(warnings(secret), [
      `Garage cannot be used, ${without}the secret does not fit the access key. Check GARAGE_SECRET_ACCESS_KEY`,
    ]);
    const more = { GITHUB_REF_NAME: "12/merge" };
    const bucket = await badRun({ endpoint: place.endpoint, bucket: "another" }, more);
    assert.ok((await textsIn(machine.folder)).some((text) => text.includes('"commit":null,"branch":"12/merge"')));
    assert.equal(warnings(bucket), [
      `Garage cannot be used, ${without}it has no bucket 'another'. Make it, or name another`,
    ]);
  },
  patience,
);

test(
  "a Garage that stops during a run costs one warning, and afterwards none",
  async (t) => {
    const proxy = await proxyTo(t, place.endpoint);
    const run = await badRun({ endpoint: proxy.address, prefix: "cut" }, {}, async (started) => {
      await started.seen(/"type":"task-started"/);
      proxy.cut();
    });
    assert.is(warnings(run).length, 1, JSON.stringify(warnings(run)));
    assert.match(warnings(run)[0] ?? "", `Garage not reachable, ${without}`);
    const again = await run.again();
    assert.equal([again.code, stores(again), warnings(again)], [0, { disk: 2 }, []]);
    const frozen = await proxyTo(t, place.endpoint);
    const other = await badRun({ endpoint: frozen.address, prefix: "frozen" }, {}, async (started) => {
      await started.seen(/"type":"task-started"/);
      frozen.freeze();
    });
    assert.is(warnings(other).length, 1, JSON.stringify(warnings(other)));
  },
  patience,
);

test(
  "files of remembered work that cannot be had after all are made again",
  async (t) => {
    const settings = { ...place, prefix: "lost" };
    const first = await (await cloneOn(machine, settings)).run("prepare --json", somebody(machine));
    assert.is(first.code, 0, failuresOf(first));
    const proxy = await proxyTo(t, place.endpoint);
    // Somebody else's app needs the prepared file of a base that is to be built again.
    const project = await cloneOn(machine, { ...settings, endpoint: proxy.address, admin: undefined });
    await project.write({ "images/base/Dockerfile": "FROM scratch\nCOPY made.txt /other\n" });
    const started = project.start("build --json", somebody(machine));
    await started.seen(/"task":{"id":"prepare [^}]*},"outcome":{"state":"cached"/);
    proxy.cut();
    const run = await started.done;
    assert.is(run.code, 0, failuresOf(run));
    const notices = run.events.flatMap((event) => (event.type === "notice" ? [event.message] : []));
    assert.ok(notices.includes("prepare base:1 made.txt is done again: a file of it can no longer be had"));
  },
  patience,
);

test(
  "no secret is in a log, an entry, an argument or a file",
  async () => {
    const project = await cloneOn(machine, { ...place, prefix: "secret" });
    const started = project.start("all --verbose", somebody(machine));
    const commands = new Set<string>();
    const looking = setInterval(async () => {
      for (const { command } of await processes()) commands.add(command);
    }, 50);
    const { stdout, stderr } = await started.done;
    clearInterval(looking);
    const texts = [stdout, stderr, ...commands, ...(await textsIn(machine.folder))];
    assert.ok(texts.some((text) => text.includes("secret/")));
    for (const name of ["GARAGE_ADMIN_TOKEN", "GARAGE_SECRET_ACCESS_KEY"]) {
      const secret = secrets[name] ?? "";
      assert.ok(secret.length > 10);
      assert.not(
        texts.some((text) => text.includes(secret)),
        name,
      );
    }
  },
  patience,
);

async function textsIn(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found.filter((file) => file.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return await Promise.all(paths.map((path) => readFile(path, "latin1").catch(() => "")));
}
