import type { Package, PlatformReport } from "../../../src/report/document.ts";
import { cut } from "../../terminal/text.ts";
import { type Markup, markup } from "../markup.ts";
import { packagesText } from "./words.ts";

/** Columns of a license that are shown; of some packages it is a page. */
const licenseWidth = 60;

/** The packages of a target behind a line: each once, and named where it is not on all platforms. */
export function packagesOf(platforms: readonly PlatformReport[]): Markup | null {
  const listed = platforms.filter(({ packages }) => packages !== null);
  if (listed.length === 0) return null;
  const all = listed.flatMap(({ platform, packages }) => (packages?.list ?? []).map((found) => ({ found, platform })));
  const rows = [...Map.groupBy(all, ({ found }) => JSON.stringify(found)).values()];
  return markup`<details class="packages"><summary>${packagesText(listed)}</summary>
<table><thead><tr><th scope="col">Package</th><th scope="col">Version</th><th scope="col">Type</th><th scope="col">License</th></tr></thead>
<tbody>
${rows.map((same) => row(same, listed.length))}
</tbody></table>
</details>`;
}

interface Found {
  readonly found: Package;
  readonly platform: string;
}

/** Thousands of these are most of a page: closing tags that HTML does not ask for are left out. */
function row([first, ...more]: readonly Found[], all: number): Markup | null {
  if (first === undefined) return null;
  const { name, version, type, license } = first.found;
  const on = new Set([first, ...more].map(({ platform }) => platform));
  const where = on.size < all && markup` <small>${[...on].join(", ")}</small>`;
  return markup`<tr><td>${name}${where}<td>${version}<td>${type}<td>${cut(license, licenseWidth)}
`;
}
