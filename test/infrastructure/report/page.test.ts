import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { htmlPage } from "../../../infrastructure/report/html/page.ts";
import { open } from "../../rig/browser.ts";
import type { Context } from "../../rig/context.ts";
import { suite } from "../../rig/suite.ts";
import { sampleReport } from "./sample.ts";

const test = suite("page of a report");
const page = htmlPage(sampleReport());
const slow = { timeout: 60_000 };

test(
  "the page shows the facts, and the browser has nothing to complain of",
  async (t) => {
    const folder = await t.folder();
    await writeFile(join(folder, "index.html"), page);
    const { dom, console } = await open(join(folder, "index.html"), join(folder, "profile"), t.signal);
    assert.equal(console, []);
    const facts = ["2 targets failed", "1 of 18 tests failed", "build failed", "fails now:", "localhost:5050/node:22"];
    for (const fact of facts) assert.ok(dom.includes(fact), fact);
    assert.ok(dom.includes("3.0.17-1~deb12u2 → 3.0.17-1~deb12u3"));
    // Only the page's own script makes buttons: it was let through, and what a test printed is text.
    assert.is(dom.match(/<button/g)?.length, 7);
    assert.is(dom.match(/<script/g)?.length, 1);
    assert.ok(dom.includes("&lt;script&gt;alert(1)&lt;/script&gt;"));
  },
  slow,
);

/** Runs a script in a copy of the page, 360 px wide, and gives what it evaluates to. */
async function probe(t: Context, script: string): Promise<unknown> {
  const folder = await t.folder();
  const copy = page.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "");
  const sent = `<script>parent.postMessage(JSON.stringify((() => { ${script} })()), "*")</script>`;
  await writeFile(join(folder, "copy.html"), copy.replace("</body>", `${sent}</body>`));
  const listening = '<script>addEventListener("message", ({ data }) => (result.textContent = data))</script>';
  const frame = '<iframe src="copy.html" style="width: 360px; height: 800px"></iframe>';
  await writeFile(join(folder, "frame.html"), `<title></title><pre id="result"></pre>${listening}${frame}`);
  const { dom } = await open(join(folder, "frame.html"), join(folder, "profile"), t.signal);
  const text = /<pre id="result">(.*)<\/pre>/.exec(dom)?.[1] ?? "null";
  return JSON.parse(text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"));
}

test(
  "nothing of the page is wider than a phone, and the filter and the order work",
  async (t) => {
    const seen = await probe(
      t,
      `for (const each of document.querySelectorAll("details")) each.open = true;
      const root = document.documentElement;
      const wide = [...document.querySelectorAll("body *")].filter((it) => it.getBoundingClientRect().right > innerWidth);
      const fits = [root.scrollWidth <= innerWidth, innerWidth, wide.map(({ className }) => className)];
      const rows = () => [...document.querySelectorAll(".targets tbody tr")].filter(({ hidden }) => !hidden);
      const names = () => rows().map(({ dataset }) => dataset.target);
      const filterFor = (text) => {
        filter.value = text;
        filter.dispatchEvent(new Event("input"));
        return [names(), [...document.querySelectorAll("article")].filter(({ hidden }) => !hidden).length];
      };
      const [pnpm, none] = [filterFor("PNPM@10.200"), filterFor("no such thing")];
      const said = !nothing.hidden;
      for (const each of document.querySelectorAll("details")) each.open = false;
      const rowsShown = () => document.querySelectorAll("details[open] tbody tr:not([hidden])").length;
      const packages = [...filterFor("libnew"), rowsShown()];
      filterFor("");
      document.querySelectorAll(".targets thead button")[4].click();
      document.querySelectorAll(".targets thead button")[4].click();
      return { fits, pnpm, none, packages, said, largest: names()[0] };`,
    );
    assert.equal(seen, {
      fits: [true, 360, []],
      pnpm: [["node:24.21.0-pnpm"], 1],
      none: [[], 0],
      packages: [["node:24.21.0", "image-manager:0.1.0"], 2, 2],
      said: true,
      largest: "image-manager:0.1.0",
    });
  },
  slow,
);

test("a page of many targets stays small", () => {
  const size = (targets: number) => htmlPage(sampleReport({ targets, packages: 200 })).length;
  assert.ok(size(16) < 500_000, String(size(16)));
  assert.ok(size(100) < 3_000_000, String(size(100)));
});

test("the page asks for nothing from anywhere", () => {
  assert.not.match(page, /(?:src|href)="(?!#|data:)/);
  assert.ok(
    page.includes(
      "default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:; script-src &#39;sha256-",
    ),
  );
});
