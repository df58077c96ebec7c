import type { TaskName } from "../../src/events.ts";
import { pad, width } from "./text.ts";

/** Names tasks in aligned columns: kind, subject, and the platform where the run has targets for several. */
export type Labels = (task: TaskName) => string;

/** A subject wider than this sticks out, instead of pushing every other line's columns away. */
const widest = 40;

/** The labels for a run's tasks. */
export function labelsFor(tasks: readonly TaskName[]): Labels {
  const longest = (texts: readonly string[]) => texts.reduce((most, text) => Math.max(most, width(text)), 0);
  const kind = longest(tasks.map((task) => task.kind));
  const subject = Math.min(widest, longest(tasks.map(subjectOf)));
  const platform = hasSeveralPlatforms(tasks) ? longest(tasks.map((task) => task.platform ?? "")) : 0;
  return (task) => {
    const named = `${pad(task.kind, kind)}  ${pad(subjectOf(task), subject)}`;
    return platform === 0 ? named : `${named}   ${pad(task.platform ?? "", platform)}`;
  };
}

/** What a task is about, without kind and platform: `base:12 rootfs.tar`. */
export function subjectOf({ id, kind, platform }: TaskName): string {
  return id.slice(kind.length + 1, platform === null ? undefined : -(platform.length + 1));
}

/** Whether some target is made for more than one platform, so that a target alone does not name a task. */
export function hasSeveralPlatforms(tasks: readonly Pick<TaskName, "target" | "platform">[]): boolean {
  const first = new Map<string, string>();
  return tasks.some(({ target, platform }) => {
    if (platform === null) return false;
    // One other platform is enough; what the others are does not matter.
    if (!first.has(target)) first.set(target, platform);
    return first.get(target) !== platform;
  });
}
