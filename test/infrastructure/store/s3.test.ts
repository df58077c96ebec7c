// @garage
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { createBlobs } from "../../../infrastructure/store/blobs.ts";
import { Fault, type FaultKind, type Remote } from "../../../infrastructure/store/remote.ts";
import { openS3 } from "../../../infrastructure/store/s3/remote.ts";
import { Watch } from "../../../infrastructure/store/watch.ts";
import type { SharedCache } from "../../../src/model/cache.ts";
import { startGarage, type TestGarage } from "../../rig/garage.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { bucketOf } from "./bucket.ts";
import { conforms, type Subject, type View } from "./conformance.ts";
import { entryOf } from "./entries.ts";

const test = suite("store on S3");

let garage: TestGarage;
test.before(async (t) => {
  garage = await startGarage(t);
});

/** A call that may stand still for a while. */
function calling(t: Context, patience = 5000): Watch {
  return t.use(new Watch(patience, t.signal));
}

async function subject(t: Context): Promise<Subject> {
  const { place, read, write } = bucketOf(garage);
  const view = async (): Promise<View> => {
    let newer = 0;
    const told = () => {
      newer += 1;
    };
    const remote = t.use(await openS3(place, garage.variables, told));
    const folder = await t.folder();
    return {
      get: (key) => remote.entry(key, calling(t)),
      put: (entry) => remote.putEntry(entry, calling(t)),
      keep: async (file) => {
        const blobs = createBlobs(folder);
        const blob = await blobs.adopt(file);
        await remote.send(blob, (await blobs.path(blob)) ?? "", calling(t));
        return blob;
      },
      has: (blob) => remote.has(blob, calling(t)),
      fetch: async (blob) => {
        const file = join(folder, "fetched");
        return (await remote.fetch(blob, file, calling(t))) ? file : undefined;
      },
      folder: async () => folder,
      newer: () => newer,
    };
  };
  return { view, read, write };
}

conforms(test, subject);

async function faultOf(work: Promise<unknown>): Promise<Pick<Fault, "kind" | "message">> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { kind: error.kind, message: error.message };
  }
  throw new Error("It did not fail");
}

/** What is said when an entry is read and when one is written. */
async function faults(t: Context, place: SharedCache, variables = garage.variables) {
  const opened = openS3(place, variables, () => {});
  const using = async (work: (remote: Remote) => Promise<unknown>) => await work(t.use(await opened));
  return [
    await faultOf(using((remote) => remote.entry(entryOf("a").key, calling(t, 300)))),
    await faultOf(using((remote) => remote.putEntry(entryOf("a"), calling(t, 300)))),
  ];
}

const refused = (why: string) => {
  const fault = { kind: "refused", message: `Garage cannot be used, building without cache: ${why}` };
  return [fault, fault];
};

const down = (why: string) => {
  const fault = { kind: "down", message: `Garage not reachable, building without cache: ${why}` };
  return [fault, fault];
};

test("what is wrong with the access is told apart, with the way out", async (t) => {
  const place = bucketOf(garage).place;
  const { GARAGE_ACCESS_KEY_ID: id = "", GARAGE_SECRET_ACCESS_KEY: secret } = garage.variables;
  const other = { GARAGE_ACCESS_KEY_ID: `GK${"0".repeat(24)}`, GARAGE_SECRET_ACCESS_KEY: secret };
  assert.equal(await faults(t, place, other), refused("it does not know the access key. Check GARAGE_ACCESS_KEY_ID"));
  const wrong = { GARAGE_ACCESS_KEY_ID: id, GARAGE_SECRET_ACCESS_KEY: "0".repeat(64) };
  assert.equal(
    await faults(t, place, wrong),
    refused("the secret does not fit the access key. Check GARAGE_SECRET_ACCESS_KEY"),
  );
  assert.equal(
    await faults(t, { ...place, bucket: "another" }),
    refused("it has no bucket 'another'. Make it, or name another"),
  );
  assert.equal(
    await faults(t, place, {}),
    refused(
      "GARAGE_ACCESS_KEY_ID and GARAGE_SECRET_ACCESS_KEY are not set. Set them, or leave 'cache' out of the configuration",
    ),
  );
  assert.equal(
    await faults(t, { ...place, region: "elsewhere" }),
    refused("it is of another region than 'elsewhere'. Name the right one"),
  );
});

async function listen(t: Context, server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket));
  t.use({
    [Symbol.dispose]: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("what cannot be reached is told apart, with the way out", async (t) => {
  const at = (endpoint: string) => faults(t, { ...bucketOf(garage).place, endpoint });
  const hint = "Check the address and the network";
  const hanging = await listen(
    t,
    createServer(() => {}),
  );
  assert.equal(await at(hanging), down(`${hanging} does not answer. ${hint}`));
  const closing = await listen(
    t,
    createServer((socket) => socket.destroy()),
  );
  assert.equal(await at(closing), down(`the connection to ${closing} broke (ECONNRESET). ${hint}`));
  assert.equal(
    await at("http://127.0.0.1:1"),
    down("nothing answers at http://127.0.0.1:1. Run 'docker compose up -d' to start infrastructure services"),
  );
  assert.equal(await at("http://nowhere.invalid"), down(`http://nowhere.invalid has no address. ${hint}`));
  const failing = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
  assert.equal(
    await at(
      await listen(
        t,
        createServer((socket) => void socket.once("data", () => socket.end(failing))),
      ),
    ),
    down("it answered with status 503. See its log"),
  );
});

test("errors are told apart as Amazon and MinIO answer them, too", async (t) => {
  let answer = { status: 0, code: "" };
  const server = createHttpServer((_, response) => {
    const body = `<?xml version="1.0"?><Error><Code>${answer.code}</Code><Message>words</Message></Error>`;
    response.writeHead(answer.status, { "content-type": "application/xml" }).end(body);
  });
  const endpoint = await listen(t, server);
  const place: SharedCache = { ...bucketOf(garage).place, endpoint, region: "eu-west-1", admin: null };
  const cannot = "The shared store cannot be used, building without cache: ";
  const full = "The shared store is full: what is made here is not shared. Make room with 'image-manager cache prune'";
  const cases: readonly (readonly [number, string, FaultKind, string])[] = [
    [403, "InvalidAccessKeyId", "refused", `${cannot}it does not know the access key. Check GARAGE_ACCESS_KEY_ID`],
    [
      ...([403, "SignatureDoesNotMatch", "refused"] as const),
      `${cannot}the secret does not fit the access key. Check GARAGE_SECRET_ACCESS_KEY`,
    ],
    [301, "PermanentRedirect", "refused", `${cannot}it is of another region than 'eu-west-1'. Name the right one`],
    [403, "RequestTimeTooSkewed", "down", `${cannot}this machine's clock is wrong. Set it`],
    [507, "XMinioStorageFull", "full", full],
    [403, "XMinioAdminBucketQuotaExceeded", "full", full],
    [403, "AccessDenied", "read-only", "The shared store is only read from: its access key may not write"],
    [405, "MethodNotAllowed", "refused", `${cannot}it answered with status 405 and MethodNotAllowed`],
    [
      ...([500, "InternalError", "down"] as const),
      "The shared store is not reachable, building without cache: it answered with status 500. See its log",
    ],
  ];
  for (const [status, code, kind, message] of cases) {
    answer = { status, code };
    const [, written] = await faults(t, place);
    assert.equal(written, { kind, message });
  }
  answer = { status: 403, code: "AccessDenied" };
  const [read] = await faults(t, place);
  const may = `the access key may not read 'image-manager'. Let it read and list it`;
  assert.equal(read, { kind: "refused", message: `${cannot}${may}` });
});

/** Sets variables of this process, which Amazon's client reads by itself, until the test is over. */
function setVariables(t: Context, variables: Readonly<Record<string, string>>): void {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  t.use({
    [Symbol.dispose]: () => {
      for (const name of Object.keys(variables)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    },
  });
}

test("credentials are found in a profile, and where Amazon's tools look for them", async (t) => {
  const { place } = bucketOf(garage);
  const { GARAGE_ACCESS_KEY_ID = "", GARAGE_SECRET_ACCESS_KEY = "" } = garage.variables;
  const folder = await t.folder();
  const lines = [
    "[ci]",
    `aws_access_key_id = ${GARAGE_ACCESS_KEY_ID}`,
    `aws_secret_access_key = ${GARAGE_SECRET_ACCESS_KEY}`,
  ];
  await writeFile(join(folder, "credentials"), lines.join("\n"));
  await writeFile(join(folder, "config"), "");
  const files = { AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials"), AWS_CONFIG_FILE: join(folder, "config") };
  setVariables(t, { ...files, AWS_EC2_METADATA_DISABLED: "true" });
  const read = async (credentials: SharedCache["credentials"]) => {
    const remote = t.use(await openS3({ ...place, credentials }, {}, () => {}));
    return await remote.entry(entryOf("a").key, calling(t));
  };
  assert.is(await read({ profile: "ci" }), undefined);
  const nobody = await faults(t, { ...place, credentials: { profile: "nobody" } }, {});
  assert.equal(
    nobody,
    refused("the profile 'nobody' gives no credentials. Set them, or leave 'cache' out of the configuration"),
  );
  const none = await faults(t, { ...place, credentials: "default" }, {});
  assert.equal(
    none,
    refused(
      "there are no credentials where Amazon's tools look for them. Set them, or leave 'cache' out of the configuration",
    ),
  );
  setVariables(t, { AWS_ACCESS_KEY_ID: GARAGE_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: GARAGE_SECRET_ACCESS_KEY });
  assert.is(await read("default"), undefined);
});

test("a clock that jumps by days costs one call at most", async (t) => {
  const remote = t.use(await openS3(bucketOf(garage).place, garage.variables, () => {}));
  const clock = Date.now;
  t.use({
    [Symbol.dispose]: () => {
      Date.now = clock;
    },
  });
  await remote.putEntry(entryOf("a"), calling(t));
  for (const days of [-2, 2, 0]) {
    Date.now = () => clock() + days * 24 * 60 * 60 * 1000;
    const first = await remote.entry(entryOf("a").key, calling(t)).catch((error) => error);
    if (first instanceof Fault) assert.is(first.kind, "down");
    assert.equal(await remote.entry(entryOf("a").key, calling(t)), entryOf("a"), `${days} days`);
    await remote.putEntry(entryOf("a"), calling(t));
  }
});
