import type { Json } from "../../src/json.ts";
import { listed, pad, sorted, width } from "./text.ts";

/** A published tag as `push` tells of it; `reference` is `host/repository:tag`. A target's own tag comes before its aliases. */
export interface PublishedTag {
  readonly reference: string;
  readonly alias: boolean;
}

/** What was published, by registry (`localhost:5050`), then by repository. */
export type Published = ReadonlyMap<string, ReadonlyMap<string, readonly PublishedTarget[]>>;

interface PublishedTarget {
  readonly tag: string;
  readonly aliases: readonly string[];
}

/** More would push what matters off the screen. */
const most = { rows: 20, tags: 8 };

/** The tags in the output of a `push`; none in any other output. */
export function tagsOf(output: Json): readonly PublishedTag[] {
  if (output === null || typeof output !== "object" || !("tags" in output)) return [];
  // Tasks are out of reach for this layer; only `push` has tags in its output.
  return output.tags as unknown as readonly PublishedTag[];
}

/** Sorts tags into registries and repositories. */
export function grouped(tags: readonly PublishedTag[]): Published {
  const hosts = new Map<string, Map<string, { tag: string; aliases: string[] }[]>>();
  for (const { reference, alias } of tags) {
    const [, host = "", repository = "", tag = ""] = /^([^/]+)\/(.+):([^:]+)$/.exec(reference) ?? [];
    const repositories = hosts.get(host) ?? new Map();
    const targets = repositories.get(repository) ?? [];
    // The tag that an alias is for came just before it.
    if (alias) targets.at(-1)?.aliases.push(tag);
    else targets.push({ tag, aliases: [] });
    hosts.set(host, repositories.set(repository, targets));
  }
  return hosts;
}

/** `Published to localhost:5050`, and a line for each repository: `node  22.20.0 (22, 22.20) · 24.11.0 (24, 24.11)`. */
export function formatPublished(published: Published): readonly string[] {
  return [...published].flatMap(([host, repositories]) => {
    const names = sorted(repositories.keys());
    const column = Math.max(14, ...names.map(width)) + 2;
    const rows = names.map((name) => `  ${pad(name, column)}${joined(repositories.get(name) ?? [])}`);
    const more = rows.length > most.rows ? [`  and ${rows.length - most.rows} more`] : [];
    return [`Published to ${host}`, ...rows.slice(0, most.rows), ...more];
  });
}

/** Aliases in parentheses need a stronger separator than the plain tags do. */
function joined(targets: readonly PublishedTarget[]): string {
  const aliases = new Map(targets.map((target) => [target.tag, sorted(target.aliases)]));
  const plain = targets.every((target) => target.aliases.length === 0);
  const texts = sorted(aliases.keys()).map((tag) => {
    const others = aliases.get(tag) ?? [];
    return others.length === 0 ? tag : `${tag} (${others.join(", ")})`;
  });
  return listed(texts, most.tags, plain ? ", " : " · ");
}

/** A reference for a first try: of the repository with the most aliases the roughest one (`24`), and the newest of these. */
export function worthTrying(published: Published): string | undefined {
  const all = [...published].flatMap(([host, repositories]) =>
    [...repositories].map(([name, targets]) => ({ repository: `${host}/${name}`, ...candidates(targets) })),
  );
  const [best] = all.sort((a, b) => b.aliases.length - a.aliases.length);
  if (best === undefined) return undefined;
  const tags = sorted(best.aliases.length > 0 ? best.aliases : best.tags);
  // The fewer parts a tag has, the less there is to type; natural order puts the newest last.
  const parts = (tag: string) => tag.split(/[.-]/).length;
  return `${best.repository}:${tags.reduce((rough, next) => (parts(next) <= parts(rough) ? next : rough))}`;
}

function candidates(targets: readonly PublishedTarget[]) {
  return { tags: targets.map(({ tag }) => tag), aliases: targets.flatMap(({ aliases }) => aliases) };
}
