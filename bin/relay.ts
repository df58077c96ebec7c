import type { Event, Listener } from "../src/events.ts";

/** Passes events on to a listener that comes later; until then they wait. */
export function createRelay(): { readonly emit: Listener; readonly listen: (listener: Listener) => void } {
  const waiting: Event[] = [];
  let current: Listener = (event) => waiting.push(event);
  return {
    emit: (event) => current(event),
    listen: (listener) => {
      current = listener;
      for (const event of waiting.splice(0)) listener(event);
    },
  };
}
