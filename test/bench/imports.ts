// Loaded before a program (node --import): writes down every module that it loads, one URL a line.
import { writeFileSync } from "node:fs";
import { registerHooks } from "node:module";

const loaded: string[] = [];
registerHooks({
  load(url, context, next) {
    loaded.push(url);
    return next(url, context);
  },
});
process.once("exit", () => writeFileSync(process.env.BENCH_IMPORTS ?? "", loaded.join("\n")));
