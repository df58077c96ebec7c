import { availableParallelism, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { bakeBench } from "./bake.ts";
import { engineBench } from "./engine.ts";
import type { Effort } from "./measure.ts";
import { overheadBench } from "./overhead.ts";
import { registryBench } from "./registry.ts";
import { startupBench } from "./startup.ts";
import { storeBench } from "./store.ts";
import { structureTestBench } from "./structure-test.ts";
import { type BenchTable, formatTable } from "./table.ts";

/** Every block by its name. They run one after the other: each wants the machine for itself. */
const blocks: Readonly<Record<string, (effort: Effort) => Promise<readonly BenchTable[]>>> = {
  bake: async (effort) => [await bakeBench(effort)],
  engine: engineBench,
  overhead: async (effort) => [await overheadBench(effort)],
  registry: async ({ rounds }) => [await registryBench({ rounds: rounds * 3 })],
  startup: startupBench,
  "structure-test": structureTestBench,
  store: async (effort) => [await storeBench(effort)],
};

const { values, positionals } = parseArgs({ options: { quick: { type: "boolean" } }, allowPositionals: true });
const unknown = positionals.filter((name) => !(name in blocks));
if (unknown.length > 0) {
  console.error(`Error: No block is called ${unknown.join(", ")}; there are ${Object.keys(blocks).join(", ")}`);
  process.exit(2);
}

const load = loadavg().map((value) => value.toFixed(1));
console.log(
  `${availableParallelism()} × ${cpus()[0]?.model ?? "?"}, Node ${process.version}, load ${load.join(" ")}\n`,
);
for (const name of positionals.length > 0 ? positionals : Object.keys(blocks)) {
  for (const table of (await blocks[name]?.({ rounds: values.quick ? 1 : 3 })) ?? []) console.log(formatTable(table));
}
