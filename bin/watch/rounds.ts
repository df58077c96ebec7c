import { planTasks, type TaskGraph } from "../../src/graph/plan.ts";
import { withParents } from "../../src/graph/select.ts";
import { ImagesError, type Problem, problemsOf } from "../../src/problem.ts";
import { run } from "../../src/run/run.ts";
import type { AnyKind, PlannedProject } from "../../src/task.ts";
import { changesBetween } from "../../src/watch/changes.ts";
import type { WatchListener } from "../../src/watch/events.ts";
import { type Failures, withoutRepeats } from "../../src/watch/failures.ts";
import type { Round } from "../../src/watch/machine.ts";
import { type Watched, watchedOf } from "../../src/watch/watched.ts";
import { sweep } from "../commands/run.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { paceOf } from "../limits.ts";
import { openSession, type Session, wantedOf } from "../session.ts";
import { reopenSession } from "./reopen.ts";

export interface RoundsSettings {
  readonly context: Context;
  readonly flags: Flags;
  readonly patterns: readonly string[];
  readonly kinds: (project: PlannedProject) => readonly AnyKind[];
  readonly emit: WatchListener;
}

/** What the configuration gave when it could last be loaded. */
interface Loaded {
  readonly session: Session;
  readonly graph: TaskGraph;
  readonly kinds: readonly AnyKind[];
  readonly images: readonly string[];
  readonly watched: Watched;
}

/** Runs again and again in one process: what is loaded and connected stays so. */
export class Rounds implements AsyncDisposable {
  readonly #settings: RoundsSettings;
  readonly #failures: Failures = new Map();
  #loaded: Loaded;
  /** Why the configuration cannot be used as it is now. */
  #broken: readonly Problem[] = [];

  private constructor(settings: RoundsSettings, loaded: Loaded) {
    this.#settings = settings;
    this.#loaded = loaded;
  }

  /** @throws ImagesError when the configuration cannot be loaded: there is nothing to begin with then */
  static async open(settings: RoundsSettings): Promise<Rounds> {
    const loaded = await load(settings);
    loaded.session.listen(settings.emit);
    // A configuration that is remembered was not resolved: the first edit should not wait for what that takes to load.
    void import("../../infrastructure/config/load.ts");
    return new Rounds(settings, loaded);
  }

  get images(): readonly string[] {
    return this.#loaded.images;
  }

  /** What is to be watched now: of a broken configuration also the places where it may be mended. */
  get watched(): Watched {
    const { folders, files } = this.#loaded.watched;
    const places = this.#broken.flatMap(({ place, looked = [] }) => [...(place ? [place.file] : []), ...looked]);
    return { folders, files: [...new Set([...files, ...places])] };
  }

  /** Does what a round asks for. `following` is called when other files are to be watched, before they are used. */
  async run({ paths, mode }: Round, signal: AbortSignal, following: () => void): Promise<void> {
    const { emit, flags } = this.#settings;
    const stale = this.#broken.length > 0 || paths.some((path) => this.#loaded.session.files.includes(path));
    if (stale) {
      await this.#reload();
      following();
    }
    if (this.#broken.length > 0) return emit({ type: "broken", problems: this.#broken });
    if (mode !== "changes") this.#failures.clear();
    const { session, graph, kinds } = this.#loaded;
    const { summary } = await run(withoutRepeats(graph, this.#failures), session.renewed(), {
      ...paceOf(session.project, flags),
      force: mode === "force",
      failFast: Boolean(flags.failFast),
      signal,
    });
    if (summary.ran > 0 && kinds.some(({ kind }) => kind === "render")) await sweep(session);
  }

  async #reload(): Promise<void> {
    const { emit } = this.#settings;
    const before = this.#loaded;
    try {
      const loaded = await load(this.#settings, before.session);
      this.#broken = [];
      this.#loaded = loaded;
      if (loaded.session.world !== before.session.world) {
        await before.session[Symbol.asyncDispose]();
        loaded.session.listen(emit);
      }
      const changes = changesBetween(before.session.project, loaded.session.project);
      if (changes.length > 0) emit({ type: "reloaded", changes });
    } catch (error) {
      if (!(error instanceof ImagesError)) throw error;
      this.#broken = problemsOf(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loaded.session[Symbol.asyncDispose]();
  }
}

async function load({ context, flags, patterns, kinds }: RoundsSettings, before?: Session): Promise<Loaded> {
  await using opened = new AsyncDisposableStack();
  const session = before ? await reopenSession(before, context, flags) : await openSession(context, flags);
  if (session.world !== before?.world) opened.use(session);
  const { project, files } = session;
  const wanted = wantedOf(session, kinds(project), patterns, flags);
  const graph = planTasks(project, wanted);
  session.checkSecrets(graph);
  const targets = withParents(project, wanted.targets);
  const images = [...new Set(targets.map(({ image }) => image))];
  opened.move();
  return { session, graph, kinds: wanted.kinds, images, watched: watchedOf(targets, files) };
}
