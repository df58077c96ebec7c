import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as assert from "uvu/assert";
import type { Login } from "../../../infrastructure/registry/client/credentials.ts";
import { createBlobs } from "../../../infrastructure/store/blobs.ts";
import { retryingScanner } from "../../../infrastructure/syft/retry.ts";
import { createScanner, type ScannerSettings } from "../../../infrastructure/syft/scanner.ts";
import type { Blob } from "../../../src/entry.ts";
import type { ImageAt } from "../../../src/ports.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { tool } from "../../rig/tools.ts";
import { answer, front } from "../registry/front.ts";
import { client, problems, repository } from "../registry/images.ts";
import { realRegistry } from "../registry/real.ts";
import { debian, pushFiles } from "./image.ts";

const test = suite("syft scanner");

/** A scanner with a store and a scratch folder of its own. */
async function scannerIn(t: Context, settings: Partial<ScannerSettings> = {}, login?: Login) {
  const folder = await t.folder();
  const scratch = join(folder, "tmp");
  const scanner = retryingScanner(
    createScanner({
      program: () => tool("syft"),
      credentials: { find: async () => login },
      blobs: createBlobs(folder),
      scratch,
      environment: {},
      timeout: 60_000,
      ...settings,
    }),
  );
  const steps: string[] = [];
  const scan = (image: ImageAt, signal = t.signal) =>
    scanner.scan(
      { image, name: "team/node", version: "24.11.0" },
      (progress) => steps.push(progress.kind === "log" ? progress.line : progress.kind === "step" ? progress.text : ""),
      signal,
    );
  const read = ({ sha256 }: Blob) => readFile(join(folder, "blobs", sha256.slice(0, 2), sha256.slice(2)), "utf8");
  return { scan, steps, scratch, read };
}

async function pushedImage(t: Context, layers = debian): Promise<ImageAt> {
  const address = await realRegistry(t);
  return await pushFiles(client(t), repository(address, "team/node"), layers);
}

test("scan() lists the packages of a system and those of languages", async (t) => {
  const { scan, read, steps, scratch } = await scannerIn(t);
  const inventory = await scan(await pushedImage(t));
  assert.is(inventory.packages, 4);
  const { components } = JSON.parse(await read(inventory.cyclonedx));
  const packages = components.filter(({ type }: { type: string }) => type === "library");
  assert.equal(
    packages.map(({ name, version }: { name: string; version: string }) => `${name} ${version}`),
    ["bash 5.2.37-2", "dash 0.5.12-12", "left-pad 1.3.0", "libc6 2.41-12"],
  );
  assert.equal([steps, await readdir(scratch)], [["Reading the image with syft"], []]);
});

test("scan() gives the same bytes for the same image, from another registry, in another folder and later", async (t) => {
  const scanned = async () => (await scannerIn(t)).scan(await pushedImage(t));
  const first = await scanned();
  // Dates in the documents would be of whole seconds.
  await sleep(1000);
  assert.equal(await scanned(), first);
});

test("scan() gives documents with all that CycloneDX 1.6 and SPDX 2.3 ask for", async (t) => {
  const { scan, read } = await scannerIn(t);
  const image = await pushedImage(t);
  const inventory = await scan(image);
  const cyclonedx = JSON.parse(await read(inventory.cyclonedx));
  const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
  assert.equal([cyclonedx.bomFormat, cyclonedx.specVersion, cyclonedx.version], ["CycloneDX", "1.6", 1]);
  assert.match(cyclonedx.serialNumber, new RegExp(`^urn:uuid:${uuid}$`));
  const { timestamp, component } = cyclonedx.metadata;
  assert.equal([timestamp, component.name, component.version], ["1980-01-01T00:00:00Z", "team/node", "24.11.0"]);
  const spdx = JSON.parse(await read(inventory.spdx));
  assert.equal([spdx.spdxVersion, spdx.dataLicense, spdx.SPDXID], ["SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT"]);
  assert.match(spdx.documentNamespace, new RegExp(`^https://[^ #]+-${uuid}$`));
  assert.equal([spdx.name, spdx.creationInfo.created], ["team/node", "1980-01-01T00:00:00Z"]);
  assert.ok(spdx.creationInfo.creators.includes("Tool: syft-1.39.0"));
  const root = spdx.packages.find(({ primaryPackagePurpose = "" }) => primaryPackagePurpose === "CONTAINER");
  assert.equal(root.checksums, [{ algorithm: "SHA256", checksumValue: image.digest.slice("sha256:".length) }]);
  for (const { fileName, checksums } of spdx.files) {
    const { checksumValue } = checksums.find(({ algorithm }: { algorithm: string }) => algorithm === "SHA1");
    assert.match(checksumValue, /^(?!0{40})[0-9a-f]{40}$/, fileName);
  }
});

test("scan() finds no package in an image that has none", async (t) => {
  const { scan, read } = await scannerIn(t);
  const { packages, cyclonedx, spdx } = await scan(await pushedImage(t, [{ hello: "hello\n" }]));
  assert.is(packages, 0);
  assert.is(JSON.parse(await read(spdx)).packages.length, 1);
  assert.ok((await read(cyclonedx)).startsWith('{"$schema"'));
});

test("scan() reads with the login that the registry's client has", async (t) => {
  const image = await pushedImage(t);
  const wanted = `Basic ${Buffer.from("me:secret").toString("base64")}`;
  const { address } = await front(t, image.repository.place.address, ({ headers }, response) => {
    if (headers.authorization === wanted) return false;
    return answer(response, 401, { "www-authenticate": 'Basic realm="team"' });
  });
  const guarded = { ...image, repository: repository(address, "team/node") };
  const { scan } = await scannerIn(t, {}, { username: "me", password: "secret" });
  assert.is((await scan(guarded)).packages, 4);

  const stranger = await scannerIn(t);
  const [problem] = await problems(stranger.scan(guarded));
  assert.equal(
    [problem?.code, problem?.fix],
    ["scan-failed", "Log in with an account that may read the image: docker login"],
  );
});

test("scan() says what syft said when the image cannot be read", async (t) => {
  const { scan, scratch } = await scannerIn(t);
  const image = await pushedImage(t);
  const other = repository(image.repository.place.address, "other");
  const url = `http://${other.place.address}/v2/other/manifests/${image.digest}`;
  const [problem] = await problems(scan({ ...image, repository: other }));
  assert.equal([problem?.code, problem?.kind, problem?.log], ["scan-failed", "task", []]);
  assert.is(
    problem?.message,
    "Cannot list the packages of team/node:24.11.0 linux/amd64: syft ended with exit status 1",
  );
  assert.ok(problem?.found?.startsWith(`failed to get image descriptor from registry: GET ${url}: `), problem?.found);
  assert.is(problem?.fix, "Run the command again, or do without: sbom: false");
  assert.equal(await readdir(scratch), []);
});

test("scan() says that the registry cannot be reached", async (t) => {
  const { scan } = await scannerIn(t);
  const image = { ...(await pushedImage(t)), repository: repository("localhost:1", "team/node") };
  const [problem] = await problems(scan(image));
  assert.is(problem?.fix, "See whether the registry can be reached");
});

test("scan() reads once more when the connection breaks in a layer", async (t) => {
  const image = await pushedImage(t);
  let broken = 0;
  const { address } = await front(t, image.repository.place.address, ({ url = "", method }, response) => {
    if (broken > 0 || method !== "GET" || !url.includes("/blobs/")) return false;
    broken += 1;
    response.writeHead(200).write("{");
    setTimeout(() => response.destroy(), 50);
    return true;
  });
  const { scan, steps } = await scannerIn(t);
  const inventory = await scan({ ...image, repository: repository(address, "team/node") });
  assert.equal([inventory.packages, broken], [4, 1]);
  assert.ok(steps.includes("The connection to the registry broke; reading the image once more"), steps.join("\n"));
});

test("scan() ends syft when it is cancelled or takes too long, and leaves nothing behind", async (t) => {
  const image = await pushedImage(t);
  const { address } = await front(t, image.repository.place.address, ({ url = "" }) => url.includes("/blobs/"));
  const hanging = { ...image, repository: repository(address, "team/node") };
  const cancel = new AbortController();
  const first = await scannerIn(t);
  setTimeout(() => cancel.abort(new Error("stopped")), 500);
  assert.is(await first.scan(hanging, cancel.signal).catch((error) => error.message), "stopped");
  const second = await scannerIn(t, { timeout: 500 });
  const [problem] = await problems(second.scan(hanging));
  assert.is(problem?.message, "Cannot list the packages of team/node:24.11.0 linux/amd64: syft took longer than 0.5 s");
  assert.equal([await readdir(first.scratch), await readdir(second.scratch)], [[], []]);
});

test("scan() heeds none of the user's settings for syft", async (t) => {
  const home = await t.folder();
  await writeFile(join(home, ".syft.yaml"), "select-catalogers: ['-debian']\n");
  const { scan } = await scannerIn(t, { environment: { HOME: home, XDG_CONFIG_HOME: home } });
  assert.is((await scan(await pushedImage(t))).packages, 4);
});
