import { prune } from "./prune.ts";
import { writeLook } from "./upkeep.ts";

// Prunes the local store as a process of its own: pruner.ts FOLDER BYTES MILLISECONDS

const [folder = "", size, age] = process.argv.slice(2);
const now = Date.now();
const limits = { size: Number(size), age: Number(age) };
const first = await prune(folder, { limits, now, dryRun: true });
const held = [...first.removed, ...first.kept].reduce((sum, file) => sum + file.size, 0);
// Some room, lest the next run fills it again at once.
const room = held > limits.size ? 0.9 : 1;
const { kept, removed } = await prune(folder, { limits: { ...limits, size: limits.size * room }, now, dryRun: false });
const left = kept.reduce((sum, file) => sum + file.size, 0);
writeLook(folder, { at: now, size: left });
console.log(`Removed ${removed.length} files, ${left} bytes are left`);
