import type { Terminal } from "../../../infrastructure/terminal/region.ts";

/** A terminal that can be read: knows the few control sequences that the live view uses, and refuses any other. */
export class Screen implements Terminal {
  readonly color = false;
  /** What was written, write by write. */
  readonly writes: string[] = [];
  readonly size: { columns: number; rows: number };
  readonly #lines: string[] = [""];
  #row = 0;
  #column = 0;

  constructor(columns: number, rows: number) {
    this.size = { columns, rows };
  }

  columns(): number {
    return this.size.columns;
  }

  rows(): number {
    return this.size.rows;
  }

  write(text: string): void {
    this.writes.push(text);
    for (const [i, line] of text.split("\n").entries()) {
      if (i > 0) this.#feed();
      const [first = "", ...controlled] = line.split("\x1b[");
      this.#put(first);
      for (const part of controlled) this.#control(part);
    }
  }

  /** What stands on it, less the empty line of the cursor. */
  get text(): string {
    return this.#lines.join("\n").trimEnd();
  }

  #feed(): void {
    this.#row += 1;
    this.#column = 0;
    this.#lines[this.#row] ??= "";
  }

  #control(part: string): void {
    const [, amount, code, rest = ""] = /^(\d*)([A-Z])(.*)$/s.exec(part) ?? [];
    if (code === "A") this.#row -= Number(amount);
    else if (code === "K") this.#lines[this.#row] = (this.#lines[this.#row] ?? "").slice(0, this.#column);
    else if (code === "J") this.#lines.splice(this.#row, this.#lines.length, "");
    else throw new Error(`Unknown control sequence ${JSON.stringify(part)}`);
    if (this.#row < 0) throw new Error("The cursor left the screen");
    this.#put(rest);
  }

  #put(text: string): void {
    const line = this.#lines[this.#row] ?? "";
    this.#lines[this.#row] = line.slice(0, this.#column) + text + line.slice(this.#column + text.length);
    this.#column += text.length;
  }
}
