import type { Digest } from "../../src/entry.ts";
import type { Alias, RegistryPlace, Target } from "../../src/model/target.ts";
import type { Registry, Repository } from "../../src/ports.ts";
import { repositoryAt } from "../build.ts";

/** A tag or alias of a target at one of its places. */
export interface Tag {
  readonly repository: Repository;
  readonly name: string;
  /** `tag` and `explicit` may go anywhere; `version` only forward. */
  readonly origin: "tag" | Alias["origin"];
}

/** A tag that is not on the index; `exists`: on another one. */
export interface DifferingTag extends Tag {
  readonly exists: boolean;
}

/** Every tag of a target at every place: at each its own first, then its aliases. */
export function tagsOf({ publish, repository, reference, aliases }: Target): readonly Tag[] {
  return publish.flatMap((place: RegistryPlace) => {
    const at = repositoryAt(place, repository);
    const own: Tag = { repository: at, name: reference, origin: "tag" };
    return [own, ...aliases.map(({ name, origin }): Tag => ({ repository: at, name, origin }))];
  });
}

/** The tags that are not on a digest, by a HEAD for each. */
export async function differingTags(
  tags: readonly Tag[],
  digest: Digest,
  registry: Registry,
  signal?: AbortSignal,
): Promise<readonly DifferingTag[]> {
  const found = await Promise.all(tags.map(({ repository, name }) => registry.head(repository, name, signal)));
  return tags.flatMap((tag, i) => (found[i]?.digest === digest ? [] : [{ ...tag, exists: found[i] !== undefined }]));
}

/** The difference in words: `24, latest not published yet`. */
export function differenceOf(tags: readonly DifferingTag[]): string {
  const named = (there: boolean) => tags.filter(({ exists }) => exists === there).map(({ name }) => name);
  const [absent, wrong] = [named(false), named(true)];
  return [
    ...(absent.length > 0 ? [`${listed(absent)} not published yet`] : []),
    ...(wrong.length > 0 ? [`${listed(wrong)} on another digest`] : []),
  ].join("; ");
}

/** The repositories of tags, each once. */
export function placesOf(tags: readonly Tag[]): readonly Repository[] {
  return [
    ...new Map(tags.map(({ repository }) => [`${repository.place.address}/${repository.name}`, repository])).values(),
  ];
}

/** `localhost:5050/node:24` */
export function referenceOf({ repository, name }: Tag): string {
  return `${repository.place.address}/${repository.name}:${name}`;
}

/** The first three names, and how many more there are. */
export function listed(names: readonly string[]): string {
  return names.length <= 3 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}
