/** What a round is for: paths that changed, or a person who wants failures tried again or everything done again. */
export interface Round {
  readonly paths: readonly string[];
  readonly mode: Mode;
}

/** `changes`: what failed before is done again only with other inputs. `again`: also with the same. `force`: everything. */
export type Mode = "changes" | "again" | "force";

/**
 * Where a watch is. Times are milliseconds.
 *
 * ```
 *            change               due                  change
 *   idle ──────────────> changed ─────> running ────────────────> queued
 *    ^                      ^              │                         │
 *    └───────────────────── │ ── ended ────┘                         │
 *                           └───────────────────────── ended ────────┘
 * ```
 */
export type State =
  | { readonly at: "idle" }
  /** Files are saved in several steps and together: a short pause waits for the rest. */
  | { readonly at: "changed"; readonly round: Round; readonly since: number; readonly due: number }
  | { readonly at: "running"; readonly round: Round }
  /** What changes during a run makes one more, however much it is. */
  | { readonly at: "queued"; readonly round: Round; readonly next: Round; readonly since: number };

export type Signal =
  | { readonly type: "change"; readonly paths: readonly string[]; readonly now: number }
  | { readonly type: "request"; readonly mode: Mode; readonly now: number }
  | { readonly type: "due"; readonly now: number }
  | { readonly type: "ended"; readonly now: number };

/** Quiet that ends the pause, and how long it may be put off by further changes. */
export const pause = { quiet: 20, longest: 200 } as const;

/** The state after a signal; the same object when nothing comes of it. */
export function next(state: State, signal: Signal): State {
  switch (signal.type) {
    case "change":
      return put(state, { paths: signal.paths, mode: "changes" }, signal.now, pause.quiet);
    case "request":
      return put(state, { paths: [], mode: signal.mode }, signal.now, 0);
    case "due":
      return state.at === "changed" && signal.now >= state.due ? { at: "running", round: state.round } : state;
    case "ended":
      if (state.at === "queued") return waiting(state.next, state.since, signal.now, 0);
      return state.at === "running" ? { at: "idle" } : state;
  }
}

function put(state: State, round: Round, now: number, quiet: number): State {
  switch (state.at) {
    case "idle":
      return waiting(round, now, now, quiet);
    case "changed":
      return waiting(joined(state.round, round), state.since, now, quiet);
    case "running":
      return { at: "queued", round: state.round, next: round, since: now };
    case "queued":
      return { ...state, next: joined(state.next, round) };
  }
}

function waiting(round: Round, since: number, now: number, quiet: number): State {
  return { at: "changed", round, since, due: Math.max(now, Math.min(now + quiet, since + pause.longest)) };
}

/** Both in one: each path once, and the stronger wish. */
function joined(first: Round, second: Round): Round {
  const modes = [first.mode, second.mode];
  const mode = (["force", "again"] as const).find((one) => modes.includes(one)) ?? "changes";
  return { paths: [...new Set([...first.paths, ...second.paths])], mode };
}
