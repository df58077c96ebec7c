import type { Failure, PlatformReport, TargetReport } from "../../../src/report/document.ts";
import { bytes } from "../../terminal/text.ts";
import { type Content, type Markup, markup } from "../markup.ts";
import { layersOf } from "./layers.ts";
import { packagesOf } from "./packages.ts";
import { testsOf } from "./tests.ts";
import { commas, digest, link, targetStatus } from "./words.ts";

/** Everything that is known of one target. */
export function targetArticle(target: TargetReport, all: readonly TargetReport[]): Markup {
  const { id, platforms, failures, labels, parents, published } = target;
  const children = all.filter((other) => other.parents.includes(id)).map((child) => child.id);
  const [image = "", tag = ""] = id.split(":");
  return markup`<article id="${id}" data-target="${id}">
<h3><a href="#${id}"><b>${image}</b>:${tag}</a> ${targetStatus(target)}</h3>
${failures.map(failureBox)}
<dl class="facts">
${fact("Published", published.length > 0 ? list(published.map((name) => markup`<code>${name}</code>`)) : "not yet")}
${target.digest !== null && fact("Digest", markup`<code class="whole">${target.repository}@${target.digest}</code>`)}
${parents.length > 0 && fact("Built on", markup`${commas(parents.map(link))}`)}
${children.length > 0 && fact("Base of", markup`${commas(children.map(link))}`)}
${Object.keys(labels).length > 0 && fact("Labels", labelList(labels))}
</dl>
<div class="platforms">
${platforms.map(platformPart)}
</div>
${packagesOf(platforms)}
</article>
`;
}

function fact(name: string, value: Content): Markup {
  return markup`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function list(items: readonly Markup[]): Markup {
  return markup`<ul class="plain">${items.map((item) => markup`<li>${item}</li>`)}</ul>`;
}

function labelList(labels: TargetReport["labels"]): Markup {
  return list(Object.entries(labels).map(([name, value]) => markup`<code>${name}=${value}</code>`));
}

function platformPart({ platform, build, tests, failures }: PlatformReport): Markup {
  return markup`<section class="platform">
<h4>${platform}${build !== null && markup` <span class="size">${bytes(build.size)}</span> ${digest(build.digest)}`}</h4>
${failures.map(failureBox)}
${failures.length > 0 && build !== null && markup`<p class="muted">This is of the last build that went well:</p>`}
${build === null ? failures.length === 0 && markup`<p class="muted">Not built yet.</p>` : layersOf(build)}
${testsOf(tests)}
</section>
`;
}

function failureBox({ task, message, details }: Failure): Markup {
  return markup`<div class="failure" role="note">
<p class="bad"><span aria-hidden="true">✘</span> ${task} failed</p>
<p>${message}</p>
${details.length > 0 && markup`<pre>${details.join("\n")}</pre>`}
</div>`;
}
