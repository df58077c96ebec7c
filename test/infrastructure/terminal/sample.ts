import type { Event, Outcome, Summary, TaskName } from "../../../src/events.ts";
import type { Json } from "../../../src/json.ts";
import type { Problem } from "../../../src/problem.ts";

/** `build node:24.11.0 linux/amd64` as the name of a task. */
export function taskOf(id: string): TaskName {
  const [kind = "", target = "", ...rest] = id.split(" ");
  const platform = rest.at(-1)?.startsWith("linux/") ? (rest.at(-1) as string) : null;
  return { id, kind, target, platform };
}

export function started(id: string, reason = "not made from these inputs before"): Event {
  return { type: "task-started", task: taskOf(id), reason };
}

export function step(id: string, index: number, of: number, text: string): Event {
  return { type: "task-progress", task: taskOf(id), progress: { kind: "step", index, of, text } };
}

export function log(id: string, line: string): Event {
  return { type: "task-progress", task: taskOf(id), progress: { kind: "log", line } };
}

export function ended(id: string, outcome: Outcome): Event {
  return { type: "task-finished", task: taskOf(id), outcome };
}

export function ran(id: string, duration: number, note = "", output: Json = null): Event {
  return ended(id, { state: "ran", duration, note, output });
}

export function cached(id: string, output: Json = null): Event {
  return ended(id, { state: "cached", note: "", output, store: null, saved: 0 });
}

export function failed(id: string, duration: number, ...problems: readonly Problem[]): Event {
  return ended(id, { state: "failed", duration, problems });
}

export function skipped(id: string, because: string): Event {
  return ended(id, { state: "skipped", because });
}

/** The output of a push: a tag and its aliases, for each place. */
export function pushed(tag: string, aliases: readonly string[] = [], places = ["localhost:5050/"]): Json {
  const repository = tag.slice(0, tag.indexOf(":"));
  const tags = places.flatMap((place) => [
    { reference: place + tag, alias: false, moved: true },
    ...aliases.map((name) => ({ reference: `${place}${repository}:${name}`, alias: true, moved: true })),
  ]);
  return { digest: "sha256:c0de", tags };
}

export function summary(counts: Partial<Summary>): Summary {
  const none = { ran: 0, cached: 0, failed: 0, skipped: 0, cancelled: 0, duration: 0, longest: [], problems: [] };
  const statistics = { work: 0, saved: 0, hits: {}, slowest: [] };
  return { type: "summary", ...none, statistics, ...counts };
}

/** A `RUN` that fails, as the builder tells it. */
export const failedStep: Problem = {
  code: "build-failed",
  kind: "task",
  message: "[3/5] RUN npm install -g npm@11.66.0 failed: exit code: 1",
  place: { file: "images/node/Dockerfile.jinja2", line: 7 },
  rendered: { file: "dist/node/24.11.0/Dockerfile", line: 9 },
  excerpt: "RUN npm install -g npm@11.66.0",
  log: ["npm error code ETARGET", "npm error notarget No matching version found for npm@11.66.0."],
  fix: "Again, by hand: image-manager build node:24.11.0 --platform linux/amd64 --no-cache",
};

/** The registry of the configuration is down. */
export const noRegistry: Problem = {
  code: "registry-unreachable",
  kind: "service",
  message: "Registry not reachable at localhost:5050",
  fix: "Run 'docker compose up -d' to start infrastructure services.",
};
