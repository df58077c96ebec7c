import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { DeleteObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import * as assert from "uvu/assert";
import { run } from "../../infrastructure/process/run.ts";
import type { BuildOutput } from "../../tasks/build.ts";
import { type Finished, Machine, type Project } from "../rig/cli.ts";
import { startGarage, type TestGarage } from "../rig/garage.ts";
import { type Context, suite } from "../rig/suite.ts";

const test = suite("layer cache");

/** What the step makes is different each time it runs: equal digests mean that it did not run again. */
const files = {
  "images/app/Dockerfile": [
    "FROM scratch",
    "COPY busybox /bin/busybox",
    'RUN ["/bin/busybox", "sh", "-c", "busybox sleep 1; busybox cat /proc/sys/kernel/random/uuid > /id"]',
    "COPY last.txt /",
    "",
  ].join("\n"),
  "images/app/last.txt": "last\n",
};

let garage: TestGarage;
let secrets: Record<string, string>;
let bucket: S3Client;

test.before(async (t) => {
  garage = await startGarage(t);
  const { GARAGE_ADMIN_TOKEN = "", GARAGE_ACCESS_KEY_ID = "", GARAGE_SECRET_ACCESS_KEY = "" } = garage.variables;
  secrets = { GARAGE_ADMIN_TOKEN, GARAGE_ACCESS_KEY_ID, GARAGE_SECRET_ACCESS_KEY };
  const credentials = { accessKeyId: GARAGE_ACCESS_KEY_ID, secretAccessKey: GARAGE_SECRET_ACCESS_KEY };
  const { endpoint } = garage.place;
  bucket = new S3Client({ endpoint, region: "garage", forcePathStyle: true, credentials });
});

async function projectOn(machine: Machine, prefix: string, more: Record<string, string> = {}): Promise<Project> {
  const project = await machine.project({ ...files, ...more });
  await project.busybox("app");
  const place = { endpoint: garage.place.endpoint, admin: garage.place.admin.endpoint, prefix };
  const app = 'const app = image("app", { tags: { "1": {} }, sbom: false });';
  await project.configure(app, "app", `cache: garage(${JSON.stringify(place)})`);
  return project;
}

async function build(project: Project, args = "build --json"): Promise<Finished & { readonly took: number }> {
  const begin = performance.now();
  const finished = await project.run(args, { env: secrets });
  assert.is(finished.code, 0, `${JSON.stringify(finished.summary?.problems)}\n${finished.stderr}`);
  return { ...finished, took: performance.now() - begin };
}

async function objects(prefix: string): Promise<readonly string[]> {
  const { Contents = [] } = await bucket.send(
    new ListObjectsV2Command({ Bucket: garage.place.bucket, Prefix: prefix }),
  );
  return Contents.map(({ Key = "" }) => Key);
}

/** Removes finished work, so that only layers are left to start from. */
async function forget(prefix: string): Promise<void> {
  for (const Key of [...(await objects(`${prefix}/entries/`)), ...(await objects(`${prefix}/blobs/`))]) {
    await remove(Key);
  }
}

async function remove(Key: string): Promise<void> {
  await bucket.send(new DeleteObjectCommand({ Bucket: garage.place.bucket, Key }));
}

/** The digest of the image and those of its layers, from the base up. */
function digestsOf({ events }: Finished): readonly string[] {
  return events.flatMap((event) => {
    if (event.type !== "task-finished" || event.task.kind !== "build" || !("output" in event.outcome)) return [];
    const { digest, layers } = event.outcome.output as unknown as BuildOutput;
    return [digest, ...layers.map((layer) => layer.digest)];
  });
}

const logOf = ({ events }: Finished): readonly string[] =>
  events.flatMap((event) =>
    event.type === "task-progress" && event.progress.kind === "log" ? [event.progress.line] : [],
  );

/** A daemon and a registry that have never built anything, and finished work forgotten. */
async function fresh(t: Context, prefix: string, more: Record<string, string> = {}): Promise<Project> {
  await forget(prefix);
  return await projectOn(t.use(await Machine.create()), prefix, more);
}

test(
  "what one daemon has built another one takes from the shared cache",
  async (t) => {
    const first = await build(await fresh(t, "a"));
    const names = await objects("a/layers/");
    assert.ok(
      names.some((name) => /^a\/layers\/manifests\/app_1_linux-amd64_main_[0-9a-f]{8}$/.test(name)),
      names.join(),
    );
    assert.ok(names.filter((name) => name.startsWith("a/layers/blobs/sha256:")).length >= 3, names.join());

    const second = await build(await fresh(t, "a"));
    assert.equal(digestsOf(second), digestsOf(first));
    const third = await build(await fresh(t, "a", { "images/app/last.txt": "other\n" }));
    assert.equal(digestsOf(third).slice(1, 3), digestsOf(first).slice(1, 3));
    assert.is.not(digestsOf(third)[3], digestsOf(first)[3]);
    if (process.env.TIMES) console.log({ cold: first.took, imported: second.took, changed: third.took });
  },
  { timeout: 120_000 },
);

test(
  "a build whose layer the cache has lost is done once more without it",
  async (t) => {
    await build(await fresh(t, "b"));
    for (const Key of await objects("b/layers/blobs/")) await remove(Key);
    const second = await build(await fresh(t, "b", { "images/app/last.txt": "other\n" }));
    const again = logOf(second).filter((line) => /shared cache/.test(line));
    assert.equal(again, ["A layer is not in the shared cache any more; building once more without it"]);
    // And it is mended for the next one.
    const third = await build(await fresh(t, "b", { "images/app/last.txt": "third\n" }));
    assert.equal(
      [digestsOf(third)[2], logOf(third).filter((line) => /shared cache/.test(line))],
      [digestsOf(second)[2], []],
    );
  },
  { timeout: 120_000 },
);

test(
  "no secret of the shared cache is on a command line or in a file, and no daemon is restarted for it",
  async (t) => {
    const machine = t.use(await Machine.create());
    const project = await projectOn(machine, "c");
    const begun = project.start("build --json", { env: secrets });
    const secret = secrets.GARAGE_SECRET_ACCESS_KEY ?? "none";
    let seen = "";
    let over = false;
    const done = begun.done.finally(() => {
      over = true;
    });
    while (!over) {
      seen += commandLines();
      await sleep(5);
    }
    const finished = await done;
    assert.is(finished.code, 0, finished.stderr);
    assert.match(seen, /--export-cache type=s3,endpoint_url=/);
    assert.not.ok(seen.includes(secret));
    assert.not.ok(seen.includes(secrets.GARAGE_ADMIN_TOKEN ?? "none"));
    assert.not.ok((finished.stdout + finished.stderr).includes(secret));
    const { code, stdout } = await run([
      "grep",
      "--recursive",
      "--files-with-matches",
      "--text",
      secret,
      machine.folder,
    ]);
    assert.equal([stdout, code], ["", 1]);
    const pid = async () =>
      (await project.run("status buildkitd --json", { env: secrets })).stdout.match(/"pid": \d+/)?.[0];
    const before = await pid();
    await project.run("build --force --json");
    assert.is(await pid(), before, "without credentials the daemon that has some will do");
    await build(project, "build --force --json");
    assert.is(await pid(), before);
  },
  { timeout: 120_000 },
);

function commandLines(): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return "";
      }
    })
    .filter((line) => line.includes("build"))
    .join("\n");
}
