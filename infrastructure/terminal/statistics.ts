import type { Summary, Timed } from "../../src/events.ts";
import { count, duration, table } from "./text.ts";

/** As many of the slowest tasks are shown. */
const most = 5;

/** Where the time of a run went and what the cache saved of it. No final newline. */
export function formatStatistics({ longest, statistics, duration: wall }: Summary): string {
  const { work, slowest } = statistics;
  const way = longest.reduce((sum, step) => sum + step.duration, 0);
  const atOnce = (work / Math.max(wall, 1)).toFixed(1);
  return [
    ...titled(`Longest way, ${duration(way)}:`, longest),
    ...titled("Slowest tasks:", slowest.slice(0, most)),
    ...(work === 0 ? [] : [`Work: ${duration(work)} in ${duration(wall)}, ${atOnce} tasks at once on the average`]),
    cacheLine(statistics),
  ].join("\n");
}

function titled(title: string, tasks: readonly Timed[]): readonly string[] {
  if (tasks.length === 0) return [];
  const times = tasks.map((task) => duration(task.duration));
  const column = Math.max(...times.map(({ length }) => length));
  return [title, ...table(tasks.map(({ id }, i) => [`  ${(times[i] ?? "").padStart(column)}`, id]))];
}

/** `Cache: 18 results from disk, 2 from s3; they once took 12 min`. */
function cacheLine({ hits, saved }: Summary["statistics"]): string {
  const [first, ...others] = Object.entries(hits);
  if (first === undefined) return "Cache: nothing was found in it";
  const [store, amount] = first;
  const stores = [`${count(amount, "result")} from ${store}`, ...others.map(([name, n]) => `${n} from ${name}`)];
  return `Cache: ${stores.join(", ")}, which once took ${duration(saved)}`;
}
