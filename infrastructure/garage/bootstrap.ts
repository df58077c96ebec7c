import { setTimeout as sleep } from "node:timers/promises";
import { fail } from "../../src/problem.ts";
import { type Admin, type Answer, call, health } from "./admin.ts";

/** What a Garage is to have. */
export interface GarageSetUp {
  readonly admin: Admin;
  readonly bucket: string;
  /** `GK` and 24 hexadecimal digits, and 64 of them. */
  readonly key: { readonly id: string; readonly secret: string };
}

/** Milliseconds until a layout holds. */
const patience = 10_000;

/**
 * Gives a Garage what it lacks of layout, key, bucket and permission, by its admin API v2. Several may do it at once.
 *
 * @throws ImagesError of kind `service`: `garage-unreachable`, `garage-denied`, `garage-key-differs`,
 *   `garage-key-deleted`, `garage-not-laid-out`, `garage-refused`
 */
export async function setUp(wanted: GarageSetUp, signal: AbortSignal): Promise<void> {
  const { endpoint } = wanted.admin;
  if ((await health(endpoint, signal)).status !== 200) {
    await layOut(wanted.admin, signal);
    await becomesHealthy(endpoint, signal);
  }
  await ensureKey(wanted, signal);
  const bucketId = await ensureBucket(wanted, signal);
  const permissions = { read: true, write: true, owner: false };
  const body = { bucketId, accessKeyId: wanted.key.id, permissions };
  accepted(wanted.admin, "AllowBucketKey", await call(wanted.admin, "AllowBucketKey", body, signal));
}

interface Layout {
  readonly version: number;
  readonly roles: readonly unknown[];
  readonly stagedRoleChanges: readonly unknown[];
}

/** Says that the one node holds everything. Where there are more, or a layout, somebody else takes care of it. */
async function layOut(admin: Admin, signal: AbortSignal): Promise<void> {
  const { version, roles, stagedRoleChanges } = await layoutOf(admin, signal);
  if (roles.length > 0) return;
  const status = accepted(admin, "GetClusterStatus", await call(admin, "GetClusterStatus", null, signal));
  const { nodes } = status as { readonly nodes: readonly { readonly id: string }[] };
  const [node] = nodes;
  if (node === undefined || nodes.length > 1) return notLaidOut(admin, nodes.length);
  if (stagedRoleChanges.length === 0) {
    // Capacity only weighs nodes against each other.
    const role = { id: node.id, zone: "dc1", capacity: 1_000_000_000, tags: [] };
    accepted(admin, "UpdateClusterLayout", await call(admin, "UpdateClusterLayout", { roles: [role] }, signal));
  }
  const applied = await call(admin, "ApplyClusterLayout", { version: version + 1 }, signal);
  // Another command may have been first.
  if (applied.status !== 200 && (await layoutOf(admin, signal)).roles.length === 0) {
    refused(admin, "ApplyClusterLayout", applied);
  }
}

async function layoutOf(admin: Admin, signal: AbortSignal): Promise<Layout> {
  return accepted(admin, "GetClusterLayout", await call(admin, "GetClusterLayout", null, signal)) as Layout;
}

async function becomesHealthy(endpoint: string, signal: AbortSignal): Promise<void> {
  const end = performance.now() + patience;
  for (;;) {
    const { status, text } = await health(endpoint, signal);
    if (status === 200) return;
    if (performance.now() > end) unhealthy(endpoint, text);
    await sleep(50, undefined, { signal });
  }
}

async function ensureKey({ admin, key }: GarageSetUp, signal: AbortSignal): Promise<void> {
  const look = () => call(admin, `GetKeyInfo?id=${encodeURIComponent(key.id)}&showSecretKey=true`, null, signal);
  let found = await look();
  if (found.status === 404) {
    const body = { accessKeyId: key.id, secretAccessKey: key.secret, name: "image-manager" };
    const made = await call(admin, "ImportKey", body, signal);
    // It is there by now, made by another command; or it was deleted, and Garage takes no identifier twice.
    if (made.status !== 409) return void accepted(admin, "ImportKey", made);
    found = await look();
    if (found.status === 404) keyDeleted(admin, key.id);
  }
  const { secretAccessKey } = accepted(admin, "GetKeyInfo", found) as { readonly secretAccessKey: string };
  if (secretAccessKey !== key.secret) keyDiffers(admin, key.id);
}

async function ensureBucket({ admin, bucket }: GarageSetUp, signal: AbortSignal): Promise<string> {
  const look = () => call(admin, `GetBucketInfo?globalAlias=${encodeURIComponent(bucket)}`, null, signal);
  let found = await look();
  if (found.status === 404) {
    const made = await call(admin, "CreateBucket", { globalAlias: bucket }, signal);
    found = made.status === 409 ? await look() : made;
  }
  return (accepted(admin, "CreateBucket", found) as { readonly id: string }).id;
}

function accepted(admin: Admin, name: string, answer: Answer): unknown {
  return answer.status === 200 && answer.body !== null ? answer.body : refused(admin, name, answer);
}

function refused({ endpoint }: Admin, name: string, { status, body, text }: Answer): never {
  const { message = text.slice(0, 200) } = Object(body) as { readonly message?: string };
  return fail({
    code: "garage-refused",
    kind: "service",
    message: `Cannot set up Garage at ${endpoint}: ${name} was answered with status ${status}`,
    found: message,
  });
}

function notLaidOut({ endpoint }: Admin, nodes: number): never {
  return fail({
    code: "garage-not-laid-out",
    kind: "service",
    message: `Cannot set up Garage at ${endpoint}: it has ${nodes} nodes and no layout`,
    fix: "Say what each node holds: garage layout assign, garage layout apply",
  });
}

function unhealthy(endpoint: string, text: string): never {
  return fail({
    code: "garage-not-laid-out",
    kind: "service",
    message: `Cannot set up Garage at ${endpoint}: it does not get ready within ${patience / 1000} s`,
    found: text.split("\n")[0] ?? "",
    fix: "See its log, and which nodes are down: garage status",
  });
}

function keyDiffers({ endpoint }: Admin, id: string): never {
  return fail({
    code: "garage-key-differs",
    kind: "service",
    message: `Garage at ${endpoint} has another secret for the key ${id}`,
    fix: "Set GARAGE_SECRET_ACCESS_KEY to the one it has, or GARAGE_ACCESS_KEY_ID and it to a new pair",
  });
}

function keyDeleted({ endpoint }: Admin, id: string): never {
  return fail({
    code: "garage-key-deleted",
    kind: "service",
    message: `The key ${id} was deleted from Garage at ${endpoint}, which takes no key twice`,
    fix: "Set GARAGE_ACCESS_KEY_ID and GARAGE_SECRET_ACCESS_KEY to a new pair: GK and 24 hexadecimal digits, and 64 of them",
  });
}
