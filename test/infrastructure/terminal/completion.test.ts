import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import * as assert from "uvu/assert";
import { run } from "../../../infrastructure/process/run.ts";
import {
  complete,
  completionScript,
  type Shell,
  type Vocabulary,
} from "../../../infrastructure/terminal/completion.ts";
import { type Context, suite } from "../../rig/suite.ts";

const test = suite("shell completion");

const vocabulary: Vocabulary = {
  verbs: [
    {
      name: "build",
      flags: ["--platform", "--exclude", "--force"],
      values: { "--platform": ["linux/amd64", "linux/arm64"], "--exclude": "targets", "--config": [] },
      operands: "targets",
    },
    { name: "status", flags: ["--json"], values: {}, operands: ["buildkitd", "registry"] },
    { name: "plan", flags: ["--json"], values: {}, operands: "targets" },
  ],
  targets: ["node", "node:24.11.0", "node:24", "base:13"],
};

function completed(...words: readonly string[]): readonly string[] {
  return complete(words, vocabulary);
}

test("complete() gives verbs first", () => {
  assert.equal(completed(""), ["build", "status", "plan"]);
  assert.equal(completed("p"), ["plan"]);
  assert.equal(completed(), ["build", "status", "plan"]);
});

test("complete() gives what the verb takes", () => {
  assert.equal(completed("build", "node:"), ["node:24.11.0", "node:24"]);
  assert.equal(completed("status", ""), ["buildkitd", "registry"]);
  assert.equal(completed("build", "--f"), ["--force"]);
  assert.equal(completed("nonsense", ""), []);
});

test("complete() does not offer a word again", () => {
  assert.equal(completed("build", "node", "--force", "node"), ["node:24.11.0", "node:24"]);
  assert.equal(completed("build", "--force", "--"), ["--platform", "--exclude"]);
});

test("complete() gives what may follow a flag", () => {
  assert.equal(completed("build", "--platform", ""), ["linux/amd64", "linux/arm64"]);
  assert.equal(completed("build", "node", "--exclude", "b"), ["base:13"]);
  assert.equal(completed("build", "--config", ""), []);
  assert.equal(completed("build", "--force", "b"), ["base:13"]);
});

/** A program that writes down what it is asked and always gives the same two targets, in a PATH of its own. */
async function program(t: Context) {
  const folder = await t.folder();
  const path = join(folder, "bin", "image-manager");
  await mkdir(join(folder, "bin"));
  await writeFile(path, `#!/bin/sh\nprintf '<%s>' "$@" >> ${folder}/asked\nprintf 'node:24\\nnode:24-slim\\n'\n`);
  await chmod(path, 0o755);
  const env = { PATH: `${folder}/bin${delimiter}${process.env.PATH}`, HOME: folder };
  return { asked: () => readFile(join(folder, "asked"), "utf8"), env };
}

test("completionScript() for bash asks with words that hold colons, and gives what is behind these", async (t) => {
  const { asked, env } = await program(t);
  const script = `${completionScript("bash", "image-manager")}
complete -p image-manager
COMP_LINE="image-manager build --force node:2"; COMP_POINT=\${#COMP_LINE}
_image_manager_complete; echo "\${COMPREPLY[*]}"
COMP_LINE="image-manager build "; COMP_POINT=\${#COMP_LINE}
_image_manager_complete; echo "\${COMPREPLY[*]}"`;
  const { stdout } = await run(["bash", "--norc", "-c", script], { env });
  assert.is(stdout, "complete -F _image_manager_complete image-manager\n24 24-slim\nnode:24 node:24-slim\n");
  assert.is(await asked(), "<__complete><--><build><--force><node:2><__complete><--><build><>");
});

async function testWhereInstalled(shell: Shell, arguments_: readonly string[], expected: string): Promise<void> {
  const there = await run([shell, "-c", "exit 0"]).then(
    ({ code }) => code === 0,
    () => false,
  );
  const title = `completionScript() for ${shell} completes a target`;
  if (!there) return test.skip(title, `${shell} is not installed`);
  test(title, async (t) => {
    const { asked, env } = await program(t);
    const script = completionScript(shell, "image-manager");
    const { stdout } = await run([shell, ...arguments_.map((part) => part.replace("SCRIPT", script))], { env });
    assert.is(stdout, expected);
    assert.is(await asked(), "<__complete><--><build><node:2>");
  });
}

await testWhereInstalled(
  "fish",
  ["--no-config", "-c", 'SCRIPT\ncomplete -C "image-manager build node:2"'],
  "node:24\nnode:24-slim\n",
);

// Outside of its line editor zsh has no completion: what it is about is put in its place.
await testWhereInstalled(
  "zsh",
  [
    "-f",
    "-c",
    "compdef() {}; compadd() { print -l $candidates }\nSCRIPT\nwords=(image-manager build node:2); CURRENT=3\n_image_manager_complete",
  ],
  "node:24\nnode:24-slim\n",
);
