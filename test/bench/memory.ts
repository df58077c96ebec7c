import { writeFileSync } from "node:fs";

// Preloaded into the tool by the benchmark: writes down the most memory it had, in KiB.
const { BENCH_MEMORY } = process.env;
process.on("exit", () => {
  if (BENCH_MEMORY) writeFileSync(BENCH_MEMORY, String(process.resourceUsage().maxRSS));
});
