import { platformSlug } from "../src/model/platform.ts";
import type { Target } from "../src/model/target.ts";
import { defineTask, type TaskKind } from "../src/task.ts";
import { build, repositoryAt } from "./build.ts";
import { distOf } from "./render.ts";

/** Writes `image.tar`, as `docker load` takes it, from the registry by digest. On demand; never stored. */
export const archive: TaskKind<{ readonly path: string }> = defineTask({
  kind: "archive",
  version: 1,
  summary: "Write image.tar, which docker load takes, to dist/",
  plan: (target, planned) =>
    planned(build, target).map((built) => {
      const path = pathOf(target, built.platform);
      return {
        ...(built.platform === null ? {} : { platform: built.platform }),
        spec: { path, name: target.id },
        needs: { built },
        owns: [path],
      };
    }),
  compare: async ({ path }, { built }, { dist }) => {
    const there = await dist.holdsStream(path, built.digest);
    return there
      ? { equal: true, output: { path } }
      : { equal: false, reason: `dist/${path} is not ${built.digest.slice(0, 19)}…` };
  },
  run: async ({ path, name }, { built }, { dist, archives, home }, signal) => {
    const repository = repositoryAt(home, built.repository);
    const content = archives.dockerArchive(repository, built.digest, `${home.address}/${home.prefix}${name}`, signal);
    await dist.writeStream(path, built.digest, content);
    return { path };
  },
  note: ({ path }) => `dist/${path}`,
});

function pathOf(target: Target, platform: Target["platforms"][number] | null): string {
  const folder = distOf(target);
  return target.platforms.length === 1 || platform === null
    ? `${folder}/image.tar`
    : `${folder}/${platformSlug(platform)}/image.tar`;
}
