import type { Event } from "../events.ts";
import type { Problem } from "../problem.ts";
import type { Mode } from "./machine.ts";

/** Everything that happens while files are watched: rounds, and what happens in their runs. */
export type WatchEvent =
  | Event
  /** Said at the beginning, and again when other files are watched. */
  | { readonly type: "watching"; readonly files: number; readonly images: readonly string[] }
  | { readonly type: "round-started"; readonly paths: readonly string[]; readonly mode: Mode }
  /** The configuration was loaded again and is another: what differs, in words. */
  | { readonly type: "reloaded"; readonly changes: readonly string[] }
  /** The configuration cannot be used as it is now: nothing runs until it can. */
  | { readonly type: "broken"; readonly problems: readonly Problem[] }
  | { readonly type: "round-finished" };

export type WatchListener = (event: WatchEvent) => void;
