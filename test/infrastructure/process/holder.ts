import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { createLocks } from "../../../infrastructure/process/locks.ts";

// A process that takes a lock `times` times and each time adds one to a file in two steps, or keeps it for ever (0).
const [folder = "", file = "", times = "0"] = process.argv.slice(2);
const locks = createLocks(folder);
const { signal } = new AbortController();

for (let round = 0; round < Number(times); round += 1) {
  await using _lock = await locks.hold("name", () => {}, signal);
  const before = Number(await readFile(file, "utf8"));
  await sleep(Math.random() * 2);
  await writeFile(file, String(before + 1));
}

if (times === "0") {
  await using _lock = await locks.hold("name", () => console.log("waiting"), signal);
  console.log("held");
  await sleep(600_000);
}
