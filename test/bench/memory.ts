// Loaded before a program (node --import): writes down the most memory that it had, in bytes.
import { readFileSync, writeFileSync } from "node:fs";

process.once("exit", () => {
  // Not getrusage(2): what it says begins with the memory of the process that started this one.
  const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  writeFileSync(process.env.BENCH_MEMORY ?? "", String(Number(kibibytes) * 1024));
});
