// @garage
import { setTimeout as sleep } from "node:timers/promises";
import { DeleteObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import * as assert from "uvu/assert";
import { run } from "../../infrastructure/process/run.ts";
import type { BuildOutput } from "../../tasks/build.ts";
import { processes } from "../infrastructure/process/processes.ts";
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

async function build(project: Project, args = "build --json"): Promise<Finished> {
  const finished = await project.run(args, { env: secrets });
  assert.is(finished.code, 0, `${JSON.stringify(finished.summary?.problems)}\n${finished.stderr}`);
  return finished;
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

/** The command lines of all processes, looked at again and again until the work is done. */
async function commandLinesUntil(done: Promise<unknown>): Promise<string> {
  const seen = new Set<string>();
  let over = false;
  done.finally(() => {
    over = true;
  });
  while (!over) {
    for (const { command } of await processes()) seen.add(command);
    await sleep(5);
  }
  return [...seen].join("\n");
}

test(
  "what one daemon has built another one takes from the shared cache, and no secret of it is to be seen",
  async (t) => {
    const machine = t.use(await Machine.create());
    const begun = (await projectOn(machine, "a")).start("build --json", { env: secrets });
    const seen = await commandLinesUntil(begun.done);
    const first = await begun.done;
    assert.is(first.code, 0, first.stderr);
    assert.match(seen, "--export-cache type=s3,endpoint_url=");
    for (const secret of [secrets.GARAGE_SECRET_ACCESS_KEY, secrets.GARAGE_ADMIN_TOKEN].map(String)) {
      assert.not.ok(`${seen}${first.stdout}${first.stderr}`.includes(secret));
      const { stdout } = await run(["grep", "--recursive", "--files-with-matches", "--text", secret, machine.folder]);
      assert.is(stdout, "");
    }
    const names = (await objects("a/layers/")).map((name) => name.replace(/[0-9a-f]{64}$/, "DIGEST"));
    assert.match(names.at(-1) ?? "", /^a\/layers\/manifests\/app_1_linux-amd64_main_[0-9a-f]{8}$/);
    assert.equal([...new Set(names.slice(0, -1))], ["a/layers/blobs/sha256:DIGEST"]);

    const project = await fresh(t, "a");
    const second = await build(project);
    assert.equal(digestsOf(second), digestsOf(first));
    const pruned = await project.run("cache prune --shared", { env: secrets });
    assert.match(pruned.stdout, /^Nothing to remove from the shared cache; \S+ [kM]B are kept$/);
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
