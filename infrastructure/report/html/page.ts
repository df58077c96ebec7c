import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Report } from "../../../src/report/document.ts";
import { Markup, markup } from "../markup.ts";
import { changesSection } from "./changes.ts";
import { header, tiles } from "./overview.ts";
import { targetArticle } from "./target.ts";
import { targetsSection } from "./targets.ts";

/** A report as one HTML page that needs nothing else: no network, no other file, and to be read no script. */
export function htmlPage(report: Report): string {
  const targets = report.images.flatMap((image) => image.targets);
  const [style, script] = [textOf("page.css"), textOf("page.js")];
  // Nothing may be loaded, and no script runs but this one, whatever the output of a test holds.
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-${hashOf(script)}'`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Images</title>
<style>${new Markup(style)}</style>
</head>
<body>
${header(report)}
<main>
${tiles(report)}
${changesSection(report)}
${targetsSection(report)}
${targets.map((target) => targetArticle(target, targets))}
<p class="nothing" id="nothing" hidden>Nothing matches.</p>
</main>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}

function textOf(name: string): string {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
