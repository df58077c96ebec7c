import { jsonReporter } from "../../infrastructure/terminal/json.ts";
import { readKeys } from "../../infrastructure/terminal/keys.ts";
import { WatchReporter } from "../../infrastructure/terminal/watch.ts";
import type { WatchListener } from "../../src/watch/events.ts";
import type { Mode } from "../../src/watch/machine.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";

/** What keys lead to. */
export interface Wishes {
  request(mode: Mode): void;
  quit(): void;
}

/** Where a watch is shown and where its keys come from: events as JSON, or lines, with a status line on a terminal. */
export interface Screen extends Disposable {
  readonly take: WatchListener;
}

export function openScreen({ environment }: Context, { json, verbose = false }: Flags, wishes: Wishes): Screen {
  const write = (text: string) => void process.stdout.write(text);
  if (json) return { take: jsonReporter(write), [Symbol.dispose]: () => {} };
  const { stdin, stdout } = process;
  const interactive = environment.interactive && stdin.isTTY;
  const terminal = {
    write,
    columns: () => stdout.columns ?? 80,
    rows: () => stdout.rows ?? 24,
    color: environment.color,
  };
  const reporter = new WatchReporter({ terminal, interactive, verbose, now: () => new Date() });
  const keys = interactive ? readKeys(stdin, (key) => press(key, wishes, reporter)) : undefined;
  return {
    take: reporter.take,
    [Symbol.dispose]: () => {
      keys?.[Symbol.dispose]();
      reporter.close();
    },
  };
}

/** A terminal that gives single keys leaves Ctrl-C to the program, too. */
function press(key: string, wishes: Wishes, reporter: WatchReporter): void {
  if (key === "r") wishes.request("again");
  if (key === "f") wishes.request("force");
  if (key === "e") reporter.explain();
  if (key === "q") wishes.quit();
  if (key === "\x03") process.kill(process.pid, "SIGINT");
}
