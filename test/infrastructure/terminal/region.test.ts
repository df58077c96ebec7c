import * as assert from "uvu/assert";
import { Region, sizeOf } from "../../../infrastructure/terminal/region.ts";
import { suite } from "../../rig/suite.ts";
import { Screen } from "./screen.ts";

const test = suite("region");

test("draw() puts lines over the former ones and clears what is left of these", () => {
  const screen = new Screen(20, 10);
  const region = new Region(screen);
  region.draw([], ["one", "two, long", "three"]);
  region.draw(["done"], ["ONE", "two"]);
  assert.is(screen.text, "done\nONE\ntwo");
  region.draw(["more", "blocks\nof text"], []);
  assert.is(screen.text, "done\nmore\nblocks\nof text");
});

test("draw() writes nothing when nothing has changed", () => {
  const screen = new Screen(20, 10);
  const region = new Region(screen);
  region.draw([], []);
  region.draw([], ["one"]);
  region.draw([], ["one"]);
  assert.equal(screen.writes, ["one\x1b[K\n"]);
});

test("sizeOf() helps a terminal out that does not say how large it is", () => {
  assert.equal(
    [sizeOf(new Screen(0, 0)), sizeOf(new Screen(40, 10))],
    [
      { columns: 80, rows: 24 },
      { columns: 40, rows: 10 },
    ],
  );
});

test("draw() goes up over the rows that lines take since the terminal has become narrower", () => {
  const writes: string[] = [];
  let columns = 20;
  const terminal = { color: false, columns: () => columns, rows: () => 10, write: (text: string) => writes.push(text) };
  const region = new Region(terminal);
  region.draw([], ["eighteen columns, l", "", "short"]);
  columns = 8;
  region.draw([], ["short"]);
  assert.is(writes[1], "\x1b[5Ashort\x1b[K\n\x1b[J");
});
