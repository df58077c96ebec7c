import { refuse } from "./errors.ts";

export interface Page {
  readonly items: readonly string[];
  /** `Link` to the next page, where there is one (RFC 8288). */
  readonly headers: Readonly<Record<string, string>>;
}

/** What `?n=` and `?last=` choose of a sorted list. Sorted and compared by code unit, as the specification allows. */
export function page(all: readonly string[], path: string, query: URLSearchParams): Page {
  const last = query.get("last") ?? "";
  const rest = all.filter((item) => item > last);
  const n = readCount(query.get("n"));
  const items = rest.slice(0, n);
  const end = items.at(-1);
  if (end === undefined || items.length === rest.length) return { items, headers: {} };
  const next = new URLSearchParams({ n: String(n), last: end });
  return { items, headers: { link: `<${path}?${next}>; rel="next"` } };
}

function readCount(text: string | null): number {
  if (text === null) return Number.POSITIVE_INFINITY;
  return /^\d+$/.test(text) ? Number(text) : refuse("UNSUPPORTED", `Invalid number of results: ${text}`);
}
