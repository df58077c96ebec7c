import type { Report } from "../../../src/report/document.ts";
import { bytes, count, duration } from "../../terminal/text.ts";
import { type Content, type Markup, markup } from "../markup.ts";
import { hasFailed, status } from "./words.ts";

/** What the page is about, and how it went. */
export function header({ run, images }: Report): Markup {
  const failed = images.flatMap(({ targets }) => targets).filter(hasFailed).length;
  const verdict = failed === 0 ? status("good", "nothing failed") : status("bad", `${count(failed, "target")} failed`);
  const tasks = [
    `${run.ran.length} ran`,
    `${run.cached.length} from the cache`,
    ...(run.failed.length > 0 ? [`${run.failed.length} failed`] : []),
    ...(run.skipped.length > 0 ? [`${run.skipped.length} not done`] : []),
  ];
  return markup`<header>
<h1>Images</h1>
<p class="verdict">${verdict}</p>
<p class="muted">Run of <time datetime="${run.at}">${utc(run.at)}</time> · ${duration(run.duration)} · ${tasks.join(", ")}</p>
</header>`;
}

/** `2026-07-03 14:22 UTC`: the same for everybody who reads it. */
function utc(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}

/** The numbers of the whole project. */
export function tiles({ images }: Report): Markup {
  const targets = images.flatMap((image) => image.targets);
  const platforms = targets.flatMap((target) => target.platforms);
  const results = platforms.flatMap(({ tests }) => tests.results);
  const failed = results.filter(({ errors }) => errors.length > 0).length;
  const packages = platforms.flatMap((platform) => platform.packages?.list ?? []);
  const distinct = new Set(packages.map(({ name, version, type }) => `${type} ${name} ${version}`));
  const layers = platforms.flatMap(({ build }) => build?.layers ?? []);
  const sizes = new Map(layers.map(({ digest, size }) => [digest, size]));
  const size = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return markup`<dl class="tiles">
${tile("Images", images.length)}
${tile("Targets", targets.length)}
${tile("Tests", results.length, failed > 0 && markup`<span class="bad">${failed} failed</span>`)}
${tile("Packages", distinct.size, "distinct")}
${tile("Layers", bytes(size), `${sizes.size} distinct`)}
</dl>`;
}

function tile(name: string, value: Content, more: Content = null): Markup {
  return markup`<div><dt>${name}</dt><dd>${value}</dd>${more && markup`<dd class="more">${more}</dd>`}</div>`;
}
