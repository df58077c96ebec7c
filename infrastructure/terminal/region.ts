import { width } from "./text.ts";

/** A terminal as far as it is written to. */
export interface Terminal {
  write(text: string): void;
  columns(): number;
  rows(): number;
  readonly color: boolean;
}

/** How large a terminal is; one that does not say (0, as under some pseudo terminals) counts as the classic size. */
export function sizeOf(terminal: Terminal): { readonly columns: number; readonly rows: number } {
  return { columns: terminal.columns() || 80, rows: terminal.rows() || 24 };
}

/** Lines at the bottom of a terminal that are drawn again and again, while others scroll up above them. */
export class Region {
  readonly #terminal: Terminal;
  #lines: readonly string[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /**
   * Puts `scrolled` above the region and `lines` into it, in one write and without clearing first, so that nothing
   * flickers. Lines of the region must be narrower than the terminal, and fewer than it has rows.
   */
  draw(scrolled: readonly string[], lines: readonly string[]): void {
    const same = lines.length === this.#lines.length && lines.every((line, i) => line === this.#lines[i]);
    if (scrolled.length === 0 && same) return;
    const rows = this.#rows();
    const up = rows === 0 ? "" : `\x1b[${rows}A`;
    const text = [...scrolled, ...lines].flatMap((block) => block.split("\n")).map((line) => `${line}\x1b[K\n`);
    this.#terminal.write(`${up}${text.join("")}${rows === 0 ? "" : "\x1b[J"}`);
    this.#lines = lines;
  }

  /** Rows that the region takes now: a terminal made narrower since has wrapped its lines. */
  #rows(): number {
    const { columns } = sizeOf(this.#terminal);
    const rows = (line: string) => Math.max(1, Math.ceil(width(line) / columns));
    return this.#lines.reduce((sum, line) => sum + rows(line), 0);
  }
}
