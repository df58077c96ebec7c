/** The lines of a task, its beginning left out where there are too many characters. */
export class TaskLog {
  readonly #limit: number;
  #lines: string[] = [];
  #size = 0;
  #left = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(line: string): void {
    this.#lines.push(line.slice(0, this.#limit));
    this.#size += Math.min(line.length, this.#limit) + 1;
    // In large steps: shifting an array line by line is slow.
    if (this.#size > this.#limit * 2) this.#shorten();
  }

  /** Its last line ends with a line break, too. */
  text(): string {
    if (this.#size > this.#limit) this.#shorten();
    const note = this.#left === 0 ? [] : [`… ${this.#left} lines before this are not kept`];
    return [...note, ...this.#lines, ""].join("\n");
  }

  #shorten(): void {
    let size = this.#size;
    const first = this.#lines.findIndex((line) => {
      if (size <= this.#limit) return true;
      size -= line.length + 1;
      return false;
    });
    const gone = first < 0 ? this.#lines.length - 1 : first;
    this.#size = this.#lines.slice(gone).reduce((sum, line) => sum + line.length + 1, 0);
    this.#lines = this.#lines.slice(gone);
    this.#left += gone;
  }
}
