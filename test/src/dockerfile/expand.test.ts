// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the words are a Dockerfile's
import * as assert from "uvu/assert";
import { expand } from "../../../src/dockerfile/expand.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("variables of FROM");
const scope = { name: "node", tag: "24", empty: "", quoted: "a b" };

const cases: readonly (readonly [word: string, expanded: string])[] = [
  ["alpine:3.22", "alpine:3.22"],
  ["$name:$tag", "node:24"],
  ["${name}-${tag}", "node-24"],
  ["$nothing", ""],
  ["'$name'", "$name"],
  ['"$name:${tag}"', "node:24"],
  ["${empty-x}${empty:-y}${nothing-z}", "yz"],
  ["${empty+x}${empty:+y}${nothing+z}${tag:+-slim}", "x-slim"],
  ["${nothing:-${name}:${other:-${tag}}}", "node:24"],
  ["${tag:?needed}", "24"],
];

for (const [word, expanded] of cases) {
  test(`expand() makes ${JSON.stringify(expanded)} of ${word}`, async () => {
    assert.is(expand(word, scope), expanded);
  });
}

test("expand() says what it cannot expand", async () => {
  const messages: Record<string, string> = {
    "${nothing:?name a tag}": "name a tag",
    "${nothing?}": "nothing has no value",
    "${tag%4}": '"${tag%4}" is a form that is not supported here',
    "${tag": '"${tag" has no closing brace',
  };
  for (const [word, reason] of Object.entries(messages)) {
    assert.throws(
      () => expand(word, scope),
      (error: Error) => error.message === `Cannot expand variables of FROM: ${reason}`,
    );
  }
});
