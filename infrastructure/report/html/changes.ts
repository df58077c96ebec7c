import type { Changes, PackageChange, Report, TargetChanges, TestChange } from "../../../src/report/document.ts";
import { bytes, count } from "../../terminal/text.ts";
import { type Content, type Markup, markup } from "../markup.ts";
import { commas, digest, link, status } from "./words.ts";

/** What is different from the report before. */
export function changesSection({ changes, images }: Report): Markup {
  const targets = new Map(images.flatMap((image) => image.targets.map(({ id, platforms }) => [id, platforms.length])));
  return markup`<section class="changes">
<h2>Changed since the last run</h2>
${changes === null ? markup`<p class="muted">This is the first report.</p>` : changeList(changes, targets)}
</section>`;
}

/** On how many platforms each target is. */
type PlatformCounts = ReadonlyMap<string, number>;

function changeList({ added, removed, targets }: Changes, counts: PlatformCounts): Markup {
  if (added.length + removed.length + targets.length === 0)
    return markup`<p class="muted">No digest, package or test changed.</p>`;
  return markup`<ul>
${added.length > 0 && markup`<li><b>New:</b> ${commas(added.map(link))}</li>`}
${removed.length > 0 && markup`<li><b>Gone:</b> ${removed.join(", ")}</li>`}
${targets.map((change) => targetChange(change, counts.get(change.target) ?? 0))}
</ul>`;
}

function targetChange({ target, builds, packages, tests }: TargetChanges, all: number): Markup {
  return markup`<li>${link(target)}
<ul>
${tests.map((change) => testChange(change, all))}
${builds.map(
  ({ platform, digest: { from, to }, size }) =>
    markup`<li>${platform}: ${digest(from)} → ${digest(to)}, ${bytes(size.to)} (${difference(size.to - size.from)})</li>`,
)}
${packages.length > 0 && packageChanges(packages, all)}
</ul></li>`;
}

function testChange({ name, now, platforms }: TestChange, all: number): Markup {
  const said = now === "failed" ? status("bad", "fails now:") : status("good", "passes again:");
  return markup`<li>${said} ${name}${on(platforms, all)}</li>`;
}

function difference(size: number): string {
  if (size === 0) return "same size";
  return `${size > 0 ? "+" : "−"}${bytes(Math.abs(size))}`;
}

/** A new base may change hundreds: then they stand behind a line that counts them. */
function packageChanges(packages: readonly PackageChange[], all: number): Markup {
  const list = markup`<ul class="packages">${packages.map((change) => packageChange(change, all))}</ul>`;
  if (packages.length <= 8) return markup`<li>${count(packages.length, "package")}: ${list}</li>`;
  return markup`<li><details><summary>${count(packages.length, "package")}</summary>${list}</details></li>`;
}

function packageChange({ name, from, to, platforms }: PackageChange, all: number): Markup {
  return markup`<li><b>${name}</b> ${versions(from, to)}${on(platforms, all)}</li>`;
}

function versions(from: readonly string[], to: readonly string[]): Content {
  if (from.length === 0) return markup`<span class="good">new</span> ${to.join(", ")}`;
  if (to.length === 0) return markup`<span class="bad">gone</span> ${from.join(", ")}`;
  return markup`${from.join(", ")} → ${to.join(", ")}`;
}

/** What is so on all platforms needs no names. */
function on(platforms: readonly string[], all: number): Markup | null {
  if (platforms.length === all) return null;
  return markup` <span class="muted">${platforms.join(", ")}</span>`;
}
