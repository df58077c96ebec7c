import type { BuildReport } from "../../../src/report/document.ts";
import { bytes, count } from "../../terminal/text.ts";
import { type Markup, markup } from "../markup.ts";
import { digest, link } from "./words.ts";

/** The layers of an image as a bar, and by whom they were added; all of them behind a line. */
export function layersOf({ layers }: BuildReport): Markup {
  const origins = [...new Set(layers.map(({ from }) => from))];
  const tone = (from: string) => `tone-${Math.min(4, origins.length - 1 - origins.indexOf(from))}`;
  const parts = origins.map((from) => {
    const own = layers.filter((layer) => layer.from === from);
    return { from, size: own.reduce((sum, layer) => sum + layer.size, 0) };
  });
  return markup`<div class="bar" aria-hidden="true">${layers.map(
    (layer) => markup`<i class="${tone(layer.from)}" style="flex-grow:${Math.max(1, layer.size)}"></i>`,
  )}</div>
<ul class="legend">${parts.map(
    (part) => markup`<li><i class="${tone(part.from)}"></i>${link(part.from)} ${bytes(part.size)}</li>`,
  )}</ul>
<details><summary>${count(layers.length, "layer")}</summary>
<table><thead><tr><th scope="col" class="number">Size</th><th scope="col">Digest</th><th scope="col">Added by</th></tr></thead>
<tbody>${layers.map(
    (layer) =>
      markup`<tr><td class="number">${bytes(layer.size)}</td><td>${digest(layer.digest)}</td><td>${layer.from}</td></tr>\n`,
  )}</tbody></table>
</details>`;
}
