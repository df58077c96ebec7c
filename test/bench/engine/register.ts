// Loaded before the tool (node --import): the benchmark's kinds stand where the tool has its own, all else is the tool.
import { registerHooks } from "node:module";

const own = new URL(import.meta.url.replace(/register(\.[jt]s)$/, "kinds$1")).href;

registerHooks({
  resolve(specifier, context, next) {
    return /\/tasks\/mod\.[jt]s$/.test(specifier) ? { url: own, shortCircuit: true } : next(specifier, context);
  },
});
