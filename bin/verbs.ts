import type { AnyKind } from "../src/task.ts";
import { kinds } from "../tasks/mod.ts";
import type { Context } from "./context.ts";
import {
  configFlag,
  driverFlag,
  type FlagDeclaration,
  type Flags,
  jsonFlag,
  platformFlag,
  publishFlags,
  runFlags,
  selectionFlags,
  tellingFlags,
  watchFlags,
  watchingFlags,
} from "./flags.ts";

/** A verb of the command line: all that help needs, and how to load what does it. */
export interface Verb {
  readonly name: string;
  readonly alias?: string;
  readonly summary: string;
  /** `[targets...]`, `[service]` or none. */
  readonly operands?: string;
  readonly flags: readonly FlagDeclaration[];
  readonly example: string;
  readonly hidden?: boolean;
  /** Gives the exit status. */
  readonly execute: (context: Context, operands: readonly string[], flags: Flags) => Promise<number>;
}

/** What some kinds take beside what all take. */
const furtherFlags: Readonly<Record<string, readonly FlagDeclaration[]>> = {
  test: [driverFlag],
  push: [driverFlag, ...publishFlags],
};

/** Every kind is the same verb with another name. */
function kindVerb(kind: AnyKind): Verb {
  return {
    name: kind.kind,
    ...(kind.kind === "render" ? { alias: "generate" } : {}),
    summary: kind.summary,
    operands: "[targets...]",
    flags: [...runFlags, ...tellingFlags, ...watchFlags, ...(furtherFlags[kind.kind] ?? [])],
    example: `image-manager ${kind.kind} node:24.11.0`,
    execute: async (context, targets, flags) =>
      flags.watch
        ? (await import("./commands/watch.ts")).watchKind(context, kind.kind, targets, flags)
        : (await import("./commands/run.ts")).runKind(context, kind.kind, targets, flags),
  };
}

const all: Verb = {
  name: "all",
  summary: "Render, build, test, list packages and publish; publish only to a registry on this machine",
  operands: "[targets...]",
  flags: [...runFlags, ...tellingFlags, ...watchFlags, driverFlag, ...publishFlags],
  example: "image-manager all node --dependants",
  execute: async (context, targets, flags) =>
    flags.watch
      ? (await import("./commands/watch.ts")).watchKind(context, "all", targets, flags)
      : (await import("./commands/run.ts")).runAll(context, targets, flags),
};

const watch: Verb = {
  name: "watch",
  summary: "Render, build and test, or do another kind, and again whenever something changes",
  operands: "[kind-and-targets...]",
  flags: [...watchingFlags, ...publishFlags.filter(({ flags }) => !flags.startsWith("--digests"))],
  example: "image-manager watch build node",
  execute: async (...given) => (await import("./commands/watch.ts")).watch(...given),
};

const plan: Verb = {
  name: "plan",
  summary: "Say what 'all' would do and why, and change nothing",
  operands: "[targets...]",
  flags: [
    ...selectionFlags,
    platformFlag,
    driverFlag,
    { flags: "--exit-code", about: "exit 1 when something would run", kind: "switch" },
    jsonFlag,
    configFlag,
  ],
  example: "image-manager plan --json",
  execute: async (...given) => (await import("./commands/plan.ts")).plan(...given),
};

const explain: Verb = {
  name: "explain",
  summary: "Say whether a task would run and why, and who made it last",
  operands: "[kind-and-targets...]",
  flags: [
    platformFlag,
    { flags: "--from <key>", about: "compare finished work with this key", kind: "text" },
    { flags: "--to <key>", about: "… with the one with this key", kind: "text" },
    jsonFlag,
    configFlag,
  ],
  example: "image-manager explain build node:24.11.0",
  execute: async (...given) => (await import("./commands/explain.ts")).explain(...given),
};

const check: Verb = {
  name: "check",
  summary: "Check the configuration and its types",
  flags: [jsonFlag, configFlag],
  example: "image-manager check",
  execute: async (...given) => (await import("./commands/check.ts")).check(...given),
};

const list: Verb = {
  name: "list",
  summary: "List targets with their platforms, aliases and parents",
  operands: "[targets...]",
  flags: [...selectionFlags, jsonFlag, configFlag],
  example: "image-manager list 'node:*-semantic'",
  execute: async (...given) => (await import("./commands/list.ts")).list(...given),
};

const inspect: Verb = {
  name: "inspect",
  summary: "Say what is known of targets: digests, layers, tests, packages, tags",
  operands: "<targets...>",
  flags: [platformFlag, jsonFlag, configFlag],
  example: "image-manager inspect node:24.11.0",
  execute: async (...given) => (await import("./commands/inspect.ts")).inspect(...given),
};

const graph: Verb = {
  name: "graph",
  summary: "Show what is built on what",
  operands: "[targets...]",
  flags: [
    {
      flags: "--format <format>",
      about: "tree, dot, mermaid or json",
      kind: "text",
      choices: ["tree", "dot", "mermaid", "json"],
    },
    { flags: "--tasks", about: "the graph of tasks instead of targets", kind: "switch" },
    ...selectionFlags,
    configFlag,
  ],
  example: "image-manager graph --format mermaid",
  execute: async (...given) => (await import("./commands/graph.ts")).graph(...given),
};

const load: Verb = {
  name: "load",
  summary: "Load targets into the running Docker or Podman",
  operands: "<targets...>",
  flags: [platformFlag, ...selectionFlags, configFlag],
  example: "image-manager load node:24.11.0",
  execute: async (...given) => (await import("./commands/load.ts")).load(...given),
};

const clean: Verb = {
  name: "clean",
  summary: "Remove targets and reports in dist/; with --all also all finished work",
  flags: [
    { flags: "--all", about: "also the store of finished work on this machine, of all projects", kind: "switch" },
    configFlag,
  ],
  example: "image-manager clean",
  execute: async (...given) => (await import("./commands/clean.ts")).clean(...given),
};

const cache: Verb = {
  name: "cache",
  summary: "Look after this machine's cache: status, prune, clear or verify",
  operands: "<action>",
  flags: [
    { flags: "--dry-run", about: "prune: say what would go, and remove nothing", kind: "switch" },
    { flags: "--max-size <size>", about: "prune: keep at most so much, e.g. 20GB", kind: "text" },
    { flags: "--max-age <time>", about: "prune: keep nothing that was not used for so long, e.g. 30d", kind: "text" },
    { flags: "--shared", about: "prune: the shared cache, by age: what was written so long ago", kind: "switch" },
    { flags: "--all", about: "prune: keep only what a command that runs may be using", kind: "switch" },
    jsonFlag,
    configFlag,
  ],
  example: "image-manager cache prune --max-size 5GB --dry-run",
  execute: async (...given) => (await import("./commands/cache.ts")).cache(...given),
};

const runs: Verb = {
  name: "runs",
  summary: "List the last runs; 'runs show' repeats the end of one",
  operands: "[show-and-id...]",
  flags: [
    { flags: "--log <task>", about: "show: print the whole log of a task that failed", kind: "text" },
    jsonFlag,
    configFlag,
  ],
  example: "image-manager runs show last",
  execute: async (...given) => (await import("./commands/runs.ts")).runs(...given),
};

function serviceVerb(name: "start" | "stop" | "status", summary: string): Verb {
  return {
    name,
    summary,
    operands: "[service]",
    flags: [jsonFlag, configFlag],
    example: `image-manager ${name} buildkitd`,
    execute: async (context, operands, flags) =>
      (await import("./commands/services.ts"))[name](context, operands, flags),
  };
}

const doctor: Verb = {
  name: "doctor",
  summary: "Say what the tool needs, what is missing and how to get it",
  flags: [{ flags: "--fix", about: "get what is missing", kind: "switch" }, platformFlag, jsonFlag, configFlag],
  example: "image-manager doctor --fix",
  execute: async (...given) => (await import("./commands/doctor.ts")).doctor(...given),
};

const completion: Verb = {
  name: "completion",
  summary: "Print a completion script for bash, zsh or fish",
  operands: "<shell>",
  flags: [],
  example: "image-manager completion bash > /etc/bash_completion.d/image-manager",
  execute: async (context, operands) => (await import("./commands/completion.ts")).completion(context, operands),
};

/** What completion scripts call: one candidate a line for the words so far. */
const complete: Verb = {
  name: "__complete",
  summary: "",
  operands: "[words...]",
  flags: [],
  example: "image-manager __complete -- build nod",
  hidden: true,
  execute: async (context, words) => (await import("./commands/completion.ts")).candidates(context, words, verbs),
};

/** Every verb, in the order of help. */
export const verbs: readonly Verb[] = [
  all,
  ...kinds.map(kindVerb),
  watch,
  plan,
  explain,
  check,
  list,
  inspect,
  graph,
  load,
  runs,
  clean,
  cache,
  serviceVerb("start", "Start the services on this machine, or one of them"),
  serviceVerb("stop", "Stop the services that the tool started"),
  serviceVerb("status", "Say which services run"),
  doctor,
  completion,
  complete,
];
