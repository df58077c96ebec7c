import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { sha256 } from "../../src/graph/key.ts";

/** JSON that `keep` wrote; undefined when there is none, or when it is not whole. */
export function recall(file: string): unknown {
  try {
    const text = readFileSync(file, "utf8");
    const end = text.indexOf("\n");
    const body = text.slice(end + 1);
    return sha256(body) === text.slice(0, end) ? JSON.parse(body) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Keeps JSON in a file, its sha256 in the first line, for this user only. It arrives by renaming.
 *
 * What is kept so only saves time, so a folder that cannot be written to is no failure.
 */
export function keep(file: string, value: unknown): void {
  const body = JSON.stringify(value);
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeRenamed(file, `${sha256(body)}\n${body}`);
  } catch {
    // The next process finds it out again.
  }
}

function writeRenamed(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}
