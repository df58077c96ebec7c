import * as assert from "uvu/assert";
import {
  bytes,
  count,
  cut,
  duration,
  listed,
  oneLine,
  pad,
  printable,
  sorted,
  table,
  width,
  wrap,
} from "../../../infrastructure/terminal/text.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("texts of the terminal");

test("duration() never shows sixty of anything", () => {
  const of = [0, 60, 94, 95, 350, 9_800, 19_949, 19_950, 58_000, 59_499, 59_500, 72_000, 120_000, 3_599_500, 7_530_000];
  const texts = ["0.00 s", "0.06 s", "0.09 s", "0.1 s", "0.3 s", "9.8 s", "19.9 s", "20 s", "58 s", "59 s", "1 min"];
  assert.equal(of.map(duration), [...texts, "1 min 12 s", "2 min", "1 h", "2 h 5 min"]);
});

test("bytes() never shows a thousand of anything", () => {
  const of = [0, 532, 999, 9_840, 9_950, 312_000, 999_499, 999_500, 141_900_000, 1_240_000_000, 2e13];
  const texts = ["0 B", "532 B", "999 B", "9.8 kB", "10 kB", "312 kB", "999 kB", "1.0 MB", "142 MB", "1.2 GB"];
  assert.equal(of.map(bytes), [...texts, "20000 GB"]);
});

test("count() makes plurals", () => {
  assert.equal([count(1, "task"), count(31, "tag"), count(2, "alias")], ["1 task", "31 tags", "2 aliases"]);
});

test("listed() counts what it leaves out", () => {
  assert.is(listed(["a", "b", "c"], 3), "a, b, c");
  assert.is(listed(["a", "b", "c", "d", "e"], 2), "a, b and 3 more");
});

test("sorted() puts 9 before 10", () => {
  assert.equal(sorted(["10", "9", "9-slim", "24.11.0"]), ["9", "9-slim", "10", "24.11.0"]);
});

test("width() counts columns: wide characters are two, colours none", () => {
  assert.equal(["abc", "✔ · …", "日本", "é", "✨", "\x1b[32mok\x1b[39m"].map(width), [3, 5, 4, 1, 2, 2]);
});

test("pad() and cut() keep to columns", () => {
  assert.is(pad("日", 4), "日  ");
  assert.is(pad("longer", 3), "longer");
  assert.is(cut("RUN npm install", 10), "RUN npm i…");
  assert.is(cut("日本語", 4), "日…");
  assert.is(cut("abc", 3), "abc");
  assert.is(cut("abc", 0), "");
});

test("wrap() breaks at spaces and keeps long words and own breaks", () => {
  assert.equal(wrap("one two three\nfour", 8), ["one two", "three", "four"]);
  assert.equal(wrap("sha256:0123456789", 8), ["sha256:0123456789"]);
});

test("table() aligns cells, coloured ones too", () => {
  assert.equal(
    table([
      ["a", "long", "x"],
      ["\x1b[2mbbb\x1b[22m", "s", ""],
    ]),
    ["a    long  x", "\x1b[2mbbb\x1b[22m  s"],
  );
});

test("printable() and oneLine() let no control character through", () => {
  assert.is(printable("10 %\r\x1b[31m50 %\x1b[0m\ta\x07\r"), "50 %    a");
  assert.is(oneLine("RUN <<EOF\n  make\x1b[2A\n\tall\nEOF"), "RUN <<EOF make all EOF");
});
