import { defaultPoll, type Watch, watchFiles } from "../../infrastructure/watch/watch.ts";
import { fail, problemsOf } from "../../src/problem.ts";
import type { AnyKind, PlannedProject } from "../../src/task.ts";
import type { WatchListener } from "../../src/watch/events.ts";
import { type Mode, next, type Round, type Signal, type State } from "../../src/watch/machine.ts";
import { lockFile } from "../../src/watch/watched.ts";
import { kinds } from "../../tasks/mod.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { kindsNamed, kindsOfAll } from "../kinds.ts";
import { projectFolder } from "../project.ts";
import { Rounds } from "../watch/rounds.ts";
import { openScreen } from "../watch/screen.ts";

/** `watch [kind] [target…]`: the first word is a kind if there is one of that name. */
export async function watch(context: Context, words: readonly string[], flags: Flags): Promise<number> {
  const [first = "", ...rest] = words;
  const name = first === "generate" ? "render" : first;
  const named = name === "all" || kinds.some(({ kind }) => kind === name);
  return await watchKind(context, named ? name : null, named ? rest : words, flags);
}

/** Does a kind, and again whenever something that it is made from changes. Ends with `q` (0) or a signal. */
export async function watchKind(
  context: Context,
  name: string | null,
  patterns: readonly string[],
  flags: Flags,
): Promise<number> {
  for (const name of ["dryRun", "digests", "summary", "trace", "since"] as const) refuseFlag(name, flags);
  const quit = new AbortController();
  const signal = AbortSignal.any([context.signal, quit.signal]);
  const inner = { ...context, signal };
  await using rounds = await Rounds.open({
    context: inner,
    flags,
    patterns,
    kinds: (project) => chosen(name, project),
    emit: (event) => screen.take(event),
  });
  using screen = openScreen(context, flags, {
    request: (mode) => loop.request(mode),
    quit: () => quit.abort(new Error("Quit")),
  });
  using loop = new Loop(rounds, {
    folder: projectFolder(context, flags),
    poll: pollOf(flags),
    emit: screen.take,
    signal,
  });
  loop.request(flags.force || flags.cache === false ? "force" : "changes");
  await loop.ended();
  return 0;
}

/**
 * Without a kind: what somebody at the keyboard waits for. Inventories and indexes are of use only when published, and
 * nothing is published unless `push` is what is watched.
 */
function chosen(name: string | null, project: PlannedProject): readonly AnyKind[] {
  if (name === null) return kindsNamed(["render", "build", "test"]);
  return name === "all" ? kindsOfAll(project).filter(({ kind }) => kind !== "push") : kindsNamed([name]);
}

function pollOf({ poll }: Flags): number | null {
  if (poll === undefined) return null;
  return poll === true ? defaultPoll : poll;
}

/** What is about one run only; and a watch sees itself what changes. */
function refuseFlag(name: "dryRun" | "digests" | "summary" | "trace" | "since", flags: Flags): void {
  if (flags[name] === undefined) return;
  const flag = name === "dryRun" ? "--dry-run" : `--${name}`;
  const fix = `Leave out ${flag}, or run once without watching`;
  fail({ code: "not-watched", kind: "usage", message: `Cannot watch with ${flag}`, fix });
}

interface LoopSettings {
  readonly folder: string;
  readonly poll: number | null;
  readonly emit: WatchListener;
  readonly signal: AbortSignal;
}

/** Drives the state machine: from files, keys and the clock to rounds. */
class Loop implements Disposable {
  readonly #rounds: Rounds;
  readonly #settings: LoopSettings;
  readonly #watch: Watch;
  #state: State = { at: "idle" };
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(rounds: Rounds, settings: LoopSettings) {
    const { folder, poll, emit } = settings;
    this.#rounds = rounds;
    this.#settings = settings;
    this.#watch = watchFiles({
      folder,
      watched: rounds.watched,
      poll,
      changed: (paths) => this.#changed(paths),
      fellBack: (reason, every) => {
        const message = `Looking at all files every ${every} ms: they cannot be watched, ${reason}`;
        emit({ type: "warning", message });
      },
    });
    this.#tellWatched();
  }

  request(mode: Mode): void {
    this.#take({ type: "request", mode, now: performance.now() });
  }

  /** Resolves when the signal is aborted and what was running has come to its end. */
  async ended(): Promise<void> {
    const { signal } = this.#settings;
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    clearTimeout(this.#timer);
    await this.#running;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#watch[Symbol.dispose]();
  }

  /** The lock is written by the runs themselves, and by people only between them. */
  #changed(paths: readonly string[]): void {
    const running = this.#state.at === "running" || this.#state.at === "queued";
    const found = running ? paths.filter((path) => path !== lockFile) : paths;
    if (found.length > 0) this.#take({ type: "change", paths: found, now: performance.now() });
  }

  #take(signal: Signal): void {
    const before = this.#state;
    const state = next(before, signal);
    this.#state = state;
    if (state === before || this.#settings.signal.aborted) return;
    clearTimeout(this.#timer);
    if (state.at === "changed") {
      const { due } = state;
      // The timer may be a moment early, which is no reason to wait for another.
      this.#timer = setTimeout(() => this.#take({ type: "due", now: due }), Math.max(0, due - performance.now()));
    }
    if (state.at === "running") this.#running = this.#run(state.round);
  }

  async #run(round: Round): Promise<void> {
    const { emit, signal } = this.#settings;
    emit({ type: "round-started", ...round });
    try {
      await this.#rounds.run(round, signal, () => this.#follow());
    } catch (error) {
      emit({ type: "broken", problems: problemsOf(error) });
    }
    emit({ type: "round-finished" });
    this.#changed(this.#watch.look(""));
    this.#take({ type: "ended", now: performance.now() });
  }

  #follow(): void {
    this.#watch.follow(this.#rounds.watched);
    this.#tellWatched();
  }

  #tellWatched(): void {
    const { images } = this.#rounds;
    this.#settings.emit({ type: "watching", files: this.#watch.files().length, images });
  }
}
