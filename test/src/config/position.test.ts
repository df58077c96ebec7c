import * as assert from "uvu/assert";
import { positionOf } from "../../../src/config/position.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("positionOf()");

const text = `// image("node", { tags: {} })
const node = image("node", {
  /* tags: { */ versions: { npm: "tags: {" }, // "
  tags: {
    "22.20.0": { versions: { node: "22" } },
    '24.11.0': {
      from: ({ versions }) => ({ versions: 1, tags: [versions] }),
      versions: { node: \`\${24}\` },
    },
  },
  variants,
});
`;
const call = { file: "images.config.ts", line: 2, column: 14 };

const cases: readonly (readonly [path: readonly (string | number)[], line: number, column: number])[] = [
  [["node"], 2, 14],
  [["node", "versions", "npm"], 3, 29],
  [["node", "tags"], 4, 3],
  [["node", "tags", "22.20.0", "versions", "node"], 5, 30],
  [["node", "tags", "24.11.0"], 6, 5],
  [["node", "tags", "24.11.0", "from"], 7, 7],
  [["node", "tags", "24.11.0", "versions", "node"], 8, 19],
  [["node", "tags", "26.0.0"], 4, 3],
  [["node", "variants", "slim"], 2, 14],
];

for (const [path, line, column] of cases) {
  test(`positionOf() finds ${path.join(" ")}`, () => {
    assert.equal(positionOf(text, call, path), { file: "images.config.ts", line, column });
  });
}
