import type { Origin } from "../entry.ts";
import type { Listener } from "../events.ts";
import type { Clock, History, Inputs, Locks, Ports, Store } from "../ports.ts";

/** Everything outside that a run touches. `bin` puts it together; wrappers add retry, limits, read-only modes. */
export interface World {
  readonly ports: Omit<Ports, "report" | "target">;
  readonly inputs: Inputs;
  readonly store: Store;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly history: History;
  /** Where this run is. Asked for when something is first stored. */
  readonly origin: () => Promise<Origin>;
  readonly emit: Listener;
}
