import { type Listener, unreachable } from "../src/events.ts";
import { inOrder } from "../src/graph/order.ts";
import type { TaskGraph } from "../src/graph/plan.ts";
import { nameOf } from "../src/run/name.ts";
import type { Context } from "./context.ts";
import type { Flags } from "./flags.ts";

/** How a run is shown: JSON for programs, live on a terminal, else line by line. */
export async function createReporter(
  { environment: { color, interactive } }: Context,
  { json, verbose = false }: Flags,
  graph: TaskGraph,
  durations: Readonly<Record<string, number>>,
): Promise<Listener> {
  const write = (text: string) => void process.stdout.write(text);
  const tasks = inOrder(graph).map(nameOf);
  const recorded = true;
  if (json) return (await import("../infrastructure/terminal/json.ts")).jsonReporter(write);
  if (!interactive)
    return (await import("../infrastructure/terminal/lines.ts")).linesReporter({
      write,
      color,
      tasks,
      verbose,
      recorded,
    });
  const { liveReporter } = await import("../infrastructure/terminal/live.ts");
  const { ticker } = await import("../infrastructure/terminal/ticker.ts");
  const columns = () => process.stdout.columns ?? 80;
  const rows = () => process.stdout.rows ?? 24;
  return liveReporter({ terminal: { write, columns, rows, color }, ticker, tasks, durations, verbose, recorded });
}

/** For verbs that run no task: tells of services and what is worth knowing, nothing else. */
export function noticesTo(print: (text: string) => void): Listener {
  return (event) => {
    switch (event.type) {
      case "notice":
        return print(`Note: ${event.message}`);
      case "warning":
        return print(`Warning: ${event.message}`);
      case "service":
        return event.state === "started" ? print(`Started ${event.service}: ${event.detail}`) : undefined;
      case "run-started":
      case "task-started":
      case "task-progress":
      case "task-finished":
      case "summary":
        return undefined;
      default:
        return unreachable(event);
    }
  };
}
