/** What a block of the benchmark found. */
export interface BenchTable {
  title: string;
  columns: string[];
  rows: (string | number)[][];
  notes: string[];
}

/** The table in markdown, its notes below it. */
export function formatTable({ title, columns, rows, notes }: BenchTable): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  const table = [line(columns), line(columns.map((_, i) => (i === 0 ? "---" : "--:"))), ...rows.map(line)];
  return [`### ${title}`, "", ...table, "", ...notes.map((note) => `- ${note}`), ""].join("\n");
}
