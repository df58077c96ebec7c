import { relative } from "node:path";
import type { StoreLimits } from "../store/limits.ts";
import type { Pruned } from "../store/prune.ts";
import type { SharedPruned } from "../store/s3/prune.ts";
import type { CachePart } from "../store/status.ts";
import type { Stocked } from "../store/stock.ts";
import type { Verified } from "../store/verify.ts";
import { bytes, count, table } from "./text.ts";

/** What the local cache holds, and below it its limits. No final newline. */
export function formatCache(folder: string, parts: readonly CachePart[], limits: StoreLimits): string {
  if (parts.length === 0) return `${folder} is empty`;
  const rows = parts.map(({ name, files, size, unusedSince, holds }) => [
    name,
    String(files),
    bytes(size),
    unusedSince?.slice(0, 10) ?? "–",
    holds,
  ]);
  const counted = parts.filter(({ name }) => name === "entries" || name === "blobs");
  const held = bytes(counted.reduce((sum, { size }) => sum + size, 0));
  return [
    ...table([["CACHE", "FILES", "SIZE", "OLDEST USE", "HOLDS"], ...rows]),
    `${folder}: ${held} of ${limitsText(limits)}`,
  ].join("\n");
}

function limitsText({ size, age }: StoreLimits): string {
  const days = age / 86_400_000;
  const aged = days < 1 ? count(Math.round(days * 24), "hour") : count(Math.round(days), "day");
  const most = Number.isFinite(size) ? `${bytes(size)} at most` : "any amount";
  return Number.isFinite(age) ? `${most}, each unused for ${aged} at most` : most;
}

/** What pruning removed, or would; each entry that would go is a line. No final newline. */
export function formatPruned(
  { removed, kept, over }: Pruned,
  { dryRun, taskOf }: { readonly dryRun: boolean; readonly taskOf: (entry: Stocked) => string },
): string {
  const entries = removed.filter(({ path }) => path.includes("/entries/"));
  const rows = dryRun ? entries.map((entry) => [taskOf(entry), bytes(entry.size), dayOf(entry.used)]) : [];
  const left = bytes(sizeOf(kept));
  const gone = `${partsOf(removed)}, ${bytes(sizeOf(removed))}; ${left} ${dryRun ? "would be" : "are"} left`;
  const what = removed.length === 0 ? `Nothing to remove; ${left} are kept` : gone;
  const said = removed.length === 0 ? what : `${dryRun ? "Would remove" : "Removed"} ${what}`;
  const used = over === 0 ? [] : [`${bytes(over)} more than wanted: a command that runs may be using them`];
  return [...table(rows), said, ...used].join("\n");
}

function partsOf(files: readonly Stocked[]): string {
  const amount = (folder: string) => files.filter(({ path }) => path.includes(`/${folder}/`)).length;
  const counts = [
    [amount("entries"), "entry"],
    [amount("blobs"), "blob"],
    [amount("compiled"), "compiled file"],
  ] as const;
  return counts.flatMap(([n, noun]) => (n === 0 ? [] : [plural(n, noun)])).join(" and ");
}

function plural(amount: number, noun: string): string {
  const several = { entry: "entries", "list of layers": "lists of layers" }[noun];
  return several === undefined || amount === 1 ? count(amount, noun) : `${amount} ${several}`;
}

function sizeOf(files: readonly Stocked[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** What was read and what was damaged, each a line. No final newline. */
export function formatVerified(folder: string, { entries, blobs, removed }: Verified): string {
  const read = `Read ${plural(entries, "entry")} and ${plural(blobs, "blob")}`;
  if (removed.length === 0) return `${read}: all are as they were written`;
  const lines = removed.map(({ path, kind }) => `Removed ${relative(folder, path)}: the ${kind} was damaged`);
  return [...lines, `${read}: ${removed.length} of them damaged`].join("\n");
}

/** What pruning the shared cache removed, or would. No final newline. */
export function formatSharedPruned({ removed, kept }: SharedPruned, dryRun: boolean): string {
  const sum = (objects: SharedPruned["kept"]) => bytes(objects.reduce((total, { size }) => total + size, 0));
  if (removed.length === 0) return `Nothing to remove from the shared cache; ${sum(kept)} are kept`;
  const amount = (form: RegExp) => removed.filter(({ key }) => form.test(key)).length;
  const counts = [
    [amount(/(?:^|\/)entries\/[^/]+$/), "entry"],
    [amount(/\/manifests\/[^/]+$/), "list of layers"],
    [amount(/(?:^|\/)blobs\/[^/]+$/), "blob"],
  ] as const;
  const parts = counts.flatMap(([n, noun]) => (n === 0 ? [] : [plural(n, noun)])).join(", ");
  const what = `${parts}: ${sum(removed)}; ${sum(kept)} ${dryRun ? "would be" : "are"} left`;
  return `${dryRun ? "Would remove" : "Removed"} from the shared cache ${what}`;
}
