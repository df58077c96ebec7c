import pc from "picocolors";
import type { Event, Outcome, Summary, TaskName } from "../../src/events.ts";
import { failedTests, formatTests } from "./failed-tests.ts";
import { hasSeveralPlatforms, subjectOf } from "./label.ts";
import { formatDetails, formatProblems, type ProblemStyle } from "./problems.ts";
import { formatPublished, grouped, type PublishedTag, tagsOf, worthTrying } from "./published.ts";
import { count, duration, listed, sorted } from "./text.ts";

type Failed = Outcome & { readonly state: "failed" };

/** Remembers of a run's events what is said at its end. */
export class Ending {
  readonly #style: ProblemStyle;
  /** Every task that has ended, by id: the longest way and reasons for skipping give ids only. */
  readonly #names = new Map<string, TaskName>();
  readonly #failures = new Map<string, Failed>();
  /** The id of the task that each skipped one is behind, or `stopped`. */
  readonly #skipped = new Map<string, string>();
  /** Tags of every push, whether it moved them or found them right. */
  readonly #compared: PublishedTag[] = [];
  readonly #moved: PublishedTag[] = [];
  readonly #recorded: boolean;
  /** Ids of tasks that have printed something. */
  readonly #logged = new Set<string>();

  /** `recorded`: whether `runs show` has the logs of tasks that failed. */
  constructor(style: ProblemStyle, recorded = false) {
    this.#style = style;
    this.#recorded = recorded;
  }

  take(event: Event): void {
    if (event.type === "task-progress" && event.progress.kind === "log") this.#logged.add(event.task.id);
    if (event.type !== "task-finished") return;
    const { task, outcome } = event;
    this.#names.set(task.id, task);
    if (outcome.state === "failed") this.#failures.set(task.id, outcome);
    if (outcome.state === "skipped") this.#skipped.set(task.id, outcome.because);
    if (outcome.state === "cached" || outcome.state === "ran") this.#compared.push(...tagsOf(outcome.output));
    if (outcome.state === "ran") this.#moved.push(...tagsOf(outcome.output));
  }

  /** What was published, the failures in full, and how it went: the last thing on the screen. No final newline. */
  text(summary: Summary): string {
    const published = grouped(this.#moved);
    const services = summary.problems.filter(({ kind }) => kind === "service");
    // Then there is nothing else to tell, and the way out should stand alone.
    if (services.length > 0 && summary.ran === 0) return formatProblems(services, this.#style);
    const tried = summary.failed === 0 ? worthTrying(published) : undefined;
    const failures = [...this.#failureTexts(), ...(services.length > 0 ? [formatProblems(services, this.#style)] : [])];
    return [
      ...formatPublished(published),
      ...failures.map((text) => `\n${text}`),
      failures.length > 0 ? `\n${this.#result(summary)}` : this.#result(summary),
      ...(tried === undefined ? [] : [`Try: docker run --rm ${tried}`]),
    ].join("\n");
  }

  /** A missing service fails many tasks alike and is told once, by itself. */
  #failureTexts(): readonly string[] {
    const cross = pc.createColors(this.#style.color).red("✘");
    return [...this.#failures].flatMap(([id, outcome]) => {
      const tests = failedTests(outcome);
      if (tests !== undefined) return [`${cross} ${id}: ${tests}\n\n${formatTests(outcome.problems, this.#style)}`];
      const own = outcome.problems.filter(({ kind }) => kind !== "service");
      const details = own.map((problem) => formatDetails(problem, this.#style));
      const title = `${cross} ${id} failed after ${duration(outcome.duration)}`;
      return own.length === 0 ? [] : [[title, ...details].join("\n\n") + this.#whereLog(id)];
    });
  }

  #whereLog(id: string): string {
    if (!this.#recorded || !this.#logged.has(id)) return "";
    return `\n   Whole log:      image-manager runs show --log "${id}"`;
  }

  /** The one line that everybody reads. */
  #result(summary: Summary): string {
    const { failed, cancelled, skipped, ran, cached } = summary;
    if (failed > 0) return this.#failed(summary);
    if (cancelled + skipped > 0) return interrupted(summary);
    const tasks = count(ran + cached, "task");
    if (ran === 0) return `${tasks}: all up to date${this.#comparison()} · ${duration(summary.duration)}`;
    const way = this.#longest(summary);
    const parts = [`${tasks}: ${ran} ran, ${cached} from the cache`, duration(summary.duration), ...way];
    return parts.join(" · ");
  }

  /** What is behind a failure differs from what was not begun because the run was ended. */
  #failed({ failed, cancelled, ran, cached }: Summary): string {
    const behind = [...this.#skipped].filter(([, because]) => this.#failures.has(because)).map(([id]) => id);
    const stopped = this.#skipped.size - behind.length;
    return [
      `${failed} failed`,
      ...(behind.length > 0 ? [`${behind.length} skipped because of it (${this.#targets(behind)})`] : []),
      ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
      ...(stopped > 0 ? [`${stopped} not started`] : []),
      `${ran + cached} done`,
      ...this.#unpublished(behind),
    ].join(" · ");
  }

  /** What would have been published: images, or targets where others of their image were. */
  #unpublished(behind: readonly string[]): readonly string[] {
    const pushes = [...this.#names.values()].filter(({ kind }) => kind === "push");
    const imageOf = ({ target }: TaskName) => target.split(":", 1)[0] ?? target;
    const left = pushes.filter(({ id }) => behind.includes(id));
    const published = new Set(pushes.filter((push) => !left.includes(push)).map(imageOf));
    const names = new Set(left.map((push) => (published.has(imageOf(push)) ? push.target : imageOf(push))));
    return names.size === 0 ? [] : [`nothing of ${listed(sorted(names), 2)} was published`];
  }

  /** The targets of skipped tasks; those that have not failed themselves say more. */
  #targets(ids: readonly string[]): string {
    const failed = new Set([...this.#failures.keys()].map((id) => this.#names.get(id)?.target));
    const targets = [...new Set(ids.map((id) => this.#names.get(id)?.target ?? id))];
    const others = targets.filter((target) => !failed.has(target));
    const named = others.length > 0 ? others : targets;
    return named.slice(0, 2).join(", ") + (named.length > 2 ? ", …" : "");
  }

  #comparison(): string {
    const aliases = this.#compared.filter(({ alias }) => alias).length;
    const tags = this.#compared.length - aliases;
    if (tags === 0) return "";
    return `, ${count(tags, "tag")}${aliases === 0 ? "" : ` and ${count(aliases, "alias")}`} compared`;
  }

  /** `longest way: prepare base:13 rootfs.tar → build → build node:24 → push (58 s)`: targets where they change. */
  #longest({ longest }: Summary): readonly string[] {
    if (longest.length === 0) return [];
    const tasks = longest.map(({ id }) => this.#names.get(id) ?? { id, kind: "", target: "", platform: null });
    const several = hasSeveralPlatforms([...this.#names.values()]);
    const steps = tasks.map((task, i) => {
      if (task.target === tasks[i - 1]?.target) return task.kind;
      return several ? task.id : `${task.kind} ${subjectOf(task)}`;
    });
    const shown = steps.length > 6 ? [...steps.slice(0, 3), "…", ...steps.slice(-2)] : steps;
    const took = longest.reduce((sum, step) => sum + step.duration, 0);
    return [`longest way: ${shown.join(" → ")} (${duration(took)})`];
  }
}

/** Without a failure nothing is left undone unless the user stopped the run. */
function interrupted({ cancelled, skipped, ran, cached, duration: took }: Summary): string {
  const parts = [`${cancelled} cancelled`, `${skipped} not started`, `${ran + cached} done`];
  return `Interrupted after ${duration(took)}: ${parts.join(" · ")}`;
}
