import { suggestion } from "../config/describe.ts";
import type { Platform } from "../model/platform.ts";
import type { Base } from "../model/target.ts";
import { fail, ImagesError, type Problem } from "../problem.ts";
import { expand, type Scope } from "./expand.ts";
import { findBase, type Names } from "./names.ts";
import type { Mention, ParsedDockerfile, ParsedStage } from "./parse.ts";
import { namesBuilder, runsOn, scopeFor } from "./scope.ts";

/** A mention that stands for a base, and the platform it is used on. */
export interface Use {
  readonly mention: Mention;
  readonly from: Base["from"];
  readonly on: Base["on"][number];
}

/** What the built stage needs. */
export interface Uses {
  readonly built: ParsedStage;
  readonly stages: readonly ParsedStage[];
  /** In the order of the text. */
  readonly uses: readonly Use[];
  /** What is wrong on which line (from 0). */
  readonly problems: readonly { readonly problem: Problem; readonly line: number }[];
}

/** What decides the meaning of names in a Dockerfile. */
export interface Surroundings extends Names {
  readonly stage: string | null;
  readonly platforms: readonly Platform[];
  readonly buildArgs: Readonly<Record<string, string>>;
}

/**
 * Follows the built stage to the stages and bases it needs. Stages that nothing needs may name what they like.
 *
 * Throws ImagesError when there is no such stage.
 */
export function usesOf(dockerfile: ParsedDockerfile, around: Surroundings): Uses {
  const built = builtStage(dockerfile.stages, around);
  const walk = new Walk(dockerfile, around);
  walk.visit(built);
  return {
    built,
    stages: dockerfile.stages.filter((stage) => walk.visited.has(stage)),
    uses: walk.uses.sort((a, b) => a.mention.line - b.mention.line || a.mention.start - b.mention.start),
    problems: walk.problems.sort((a, b) => a.line - b.line),
  };
}

function builtStage(stages: readonly ParsedStage[], { stage: name, target }: Surroundings): ParsedStage {
  const found = name === null ? stages.at(-1) : named(stages, name.toLowerCase());
  if (found) return found;
  const problem = { code: "unknown-stage", kind: "config" } as const;
  const message = `Cannot build ${target}: its Dockerfile has no`;
  if (name === null) return fail({ ...problem, message: `${message} FROM` });
  const names = namesOf(stages);
  return fail({
    ...problem,
    message: `${message} stage "${name}"`,
    looked: [`stages: ${names.join(", ") || "none has a name"}`],
    ...suggestion(name, names),
  });
}

/** Collects, on the way from stage to stage, what is used and what is wrong. */
class Walk {
  readonly visited = new Set<ParsedStage>();
  readonly uses: Use[] = [];
  readonly problems: { problem: Problem; line: number }[] = [];
  readonly #stages: readonly ParsedStage[];
  readonly #scopes: () => readonly Scope[];
  readonly #around: Surroundings;

  constructor({ stages, args }: ParsedDockerfile, around: Surroundings) {
    this.#stages = stages;
    this.#scopes = () => around.platforms.map((platform) => scopeFor(platform, args, around.buildArgs));
    this.#around = around;
  }

  visit(stage: ParsedStage): void {
    if (this.visited.has(stage)) return;
    this.visited.add(stage);
    this.#collecting(stage.from, () => this.#from(stage));
    for (const mention of stage.copies) this.#collecting(mention, () => this.#copy(mention));
  }

  #collecting({ line }: Mention, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ImagesError)) throw error;
      this.problems.push(...error.problems.map((problem) => ({ problem, line })));
    }
  }

  /** FROM knows the stages above it only, and compares their names exactly. */
  #from({ from, platform, ...stage }: ParsedStage): void {
    const above = this.#stages.slice(0, stage.index);
    const names = this.#expanded(from.text);
    const stages = names.map((name) => named(above, name));
    for (const needed of stages) if (needed) this.visit(needed);
    if (stages.every((needed) => needed)) return;
    const [name = ""] = names;
    if (names.some((other) => other !== name) || namesBuilder(name)) differs(from.text);
    this.#use(from, name, above, platform === null ? "target" : this.#platform(platform));
  }

  /** --from knows all stages, in any case; COPY by number, too. What is no stage is taken for the target's platform. */
  #copy(mention: Mention): void {
    const { kind, text } = mention;
    if (text.includes("$")) unexpanded(text);
    const numbered = kind === "copy" && /^\d+$/.test(text) ? this.#stages[Number(text)] : undefined;
    const stage = numbered ?? named(this.#stages, text.toLowerCase());
    if (stage) this.visit(stage);
    else this.#use(mention, text, this.#stages, "target");
  }

  #use(mention: Mention, name: string, stages: readonly ParsedStage[], on: Use["on"]): void {
    const from = findBase(name, namesOf(stages), this.#around);
    if (from === "scratch") return;
    if (mention.end < mention.start) cut(name);
    this.uses.push({ mention, from, on });
  }

  #platform(word: string): Use["on"] {
    return runsOn(this.#expanded(word), this.#around.platforms) ?? noPlatform(word);
  }

  /** The word as it reads for each platform. */
  #expanded(word: string): readonly string[] {
    const texts = this.#scopes().map((scope) => expand(word, scope));
    return texts.includes("") ? blank(word) : texts;
  }
}

/** The last stage of a name: a later one hides an earlier one. */
function named(stages: readonly ParsedStage[], name: string): ParsedStage | undefined {
  return stages.findLast((stage) => stage.name === name);
}

function namesOf(stages: readonly ParsedStage[]): readonly string[] {
  return stages.flatMap(({ name }) => (name === null ? [] : [name]));
}

function unexpanded(word: string): never {
  const message = `Cannot use ${word}: BuildKit expands variables in FROM only`;
  const fix = `Write a stage and copy from it: FROM ${word} AS name`;
  return fail({ code: "variable-in-from", kind: "config", message, fix });
}

function blank(word: string): never {
  const message = `Cannot use ${word} in FROM: it has no value`;
  const fix = "Give its ARG, which stands before the first FROM, a default, or set it in versions, variables or args";
  return fail({ code: "blank-base", kind: "config", message, fix });
}

function differs(word: string): never {
  const message = `Cannot use ${word} in FROM: it is another base on each platform`;
  const fix = "Write a stage for each platform and choose between the stages: FROM stage-$TARGETARCH";
  return fail({ code: "base-per-platform", kind: "config", message, fix });
}

function noPlatform(word: string): never {
  const message = `Cannot use --platform=${word} in FROM`;
  const wanted = "$BUILDPLATFORM, $TARGETPLATFORM, or one platform such as linux/amd64";
  return fail({ code: "invalid-platform", kind: "config", message, wanted });
}

function cut(name: string): never {
  const message = `Cannot replace base "${name}": its name goes on in the next line`;
  return fail({ code: "cut-name", kind: "config", message, fix: "Write the name on one line" });
}
