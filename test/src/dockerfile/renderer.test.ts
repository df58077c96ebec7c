import * as assert from "uvu/assert";
import { createRenderer, loadExpander } from "../../../src/dockerfile/mod.ts";
import { suite } from "../../rig/suite.ts";
import { requestFor } from "./requests.ts";

const test = suite("renderer");

test("a text that a function made has no source and no lines", async () => {
  const render = createRenderer(await loadExpander(false));
  const { dockerfile } = render(requestFor(null, "FROM base\nRUN x"));
  assert.is(dockerfile.source, null);
  assert.equal(dockerfile.lines, [0, 0]);
  assert.is(dockerfile.text, "FROM base:13\nRUN x");
});

test("dist's text and BuildKit's have the same number of lines, each with its line of the source", async () => {
  const render = createRenderer(await loadExpander(true));
  const overlays = [{ folder: "images/node/rootfs", owner: "0:0", modes: {} }];
  const text =
    "# syntax=docker/dockerfile:1\nFROM {{ base }}\nRUN <<EOF\n{% for p in platforms %}{{ p }}\n{% endfor %}EOF\n";
  const { dockerfile } = render(requestFor("images/node/Dockerfile.jinja2", text, { overlays }));
  assert.equal(dockerfile.text.split("\n"), [
    "#",
    "FROM base:13",
    "COPY --chown=0:0 rootfs/ /",
    "RUN <<EOF",
    "linux/amd64",
    "linux/arm64",
    "EOF",
    "",
  ]);
  assert.equal(dockerfile.lines, [1, 2, 0, 3, 4, 4, 5, 5]);
  assert.is(dockerfile.bound.split("\n").length, dockerfile.text.split("\n").length);
});

test("one renderer gives each target its own values", async () => {
  const render = createRenderer(await loadExpander(true));
  const texts = ["24.11.0", "22.20.0"].map((tag) => {
    const request = requestFor("images/node/Dockerfile.jinja2", "FROM alpine:{{ tag }}\n", { values: { tag } });
    return render(request).dockerfile.text;
  });
  assert.equal(texts, ["FROM docker.io/library/alpine:24.11.0\n", "FROM docker.io/library/alpine:22.20.0\n"]);
});

test("a renderer without templates refuses one", async () => {
  const render = createRenderer(await loadExpander(false));
  const request = requestFor("images/node/Dockerfile.jinja2", "FROM base\n");
  assert.throws(() => render(request), /^Internal error: the renderer was loaded without templates$/);
});
