import type { Report, TargetReport } from "../../../src/report/document.ts";
import { bytes } from "../../terminal/text.ts";
import { type Markup, markup } from "../markup.ts";
import { digest, link, targetStatus } from "./words.ts";

const columns = ["Target", "Aliases", "Digest", "Platforms", "Size", "Packages", "State"];

/** All targets in one table. */
export function targetsSection({ images }: Report): Markup {
  const targets = images.flatMap((image) => image.targets);
  return markup`<section>
<div class="bar-of-title">
<h2 id="targets">Targets</h2>
<input type="search" id="filter" placeholder="Filter: target, package, digest …" aria-label="Filter" hidden>
</div>
<table class="targets">
<thead><tr>${columns.map((name) => markup`<th scope="col"${isNumber(name) && markup` class="number"`}>${name}</th>`)}</tr></thead>
<tbody>
${targets.map(row)}
</tbody>
</table>
</section>`;
}

function isNumber(column: string): boolean {
  return column === "Size" || column === "Packages";
}

function row(target: TargetReport): Markup {
  const { id, aliases, platforms } = target;
  const sizes = platforms.map(({ build }) => build?.size ?? 0);
  const counts = platforms.map(({ packages }) => packages?.list.length ?? 0);
  return markup`<tr data-target="${id}">
<th scope="row">${link(id)}</th>
<td class="aliases">${aliases.join(", ")}</td>
<td class="index">${target.digest === null ? markup`<span class="muted">no index yet</span>` : digest(target.digest)}</td>
<td class="platforms">${lines(platforms.map(({ platform }) => platform))}</td>
<td class="number size" data-value="${Math.max(...sizes)}">${lines(platforms.map(({ build }) => build && bytes(build.size)))}</td>
<td class="number packages" data-value="${Math.max(...counts)}">${lines(platforms.map(({ packages }) => packages?.list.length))}</td>
<td class="state">${targetStatus(target)}</td>
</tr>
`;
}

/** One under the other, in the order of the platforms. */
function lines(items: readonly (string | number | null | undefined)[]): readonly Markup[] {
  return items.map((item) => markup`<div>${item ?? markup`<span class="muted">–</span>`}</div>`);
}
