import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as assert from "uvu/assert";
import { suite } from "../rig/suite.ts";
import { blocks, type Example, examples } from "./examples.ts";

const test = suite("examples");
const all = examples();

/** Inside the project, so that `import … from "image-manager"` finds the project itself. */
const folder = "test-results/examples";

test("TypeScript examples of pages and docstrings compile", async () => {
  const typed = all.filter(({ language }) => language === "ts");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all(typed.map(write));
  const options = { noUnusedLocals: false, noUnusedParameters: false, declaration: false };
  const config = { extends: "../../tsconfig.json", compilerOptions: options, include: ["*.ts"], exclude: [] };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  if (typed.length > 0) assert.is(await compile(), "");
});

test("commands in shell examples exist", async (t) => {
  const launcher = "bin/main.ts";
  if (!existsSync(launcher)) return;
  const { stdout } = await promisify(execFile)(process.execPath, ["bin/image-manager.cjs", "--help"], t);
  const unknown = all
    .flatMap(commands)
    .filter(({ verb }) => !new RegExp(`^\\s+(?:\\w+\\|)?${verb}\\b`, "m").test(stdout));
  assert.equal(
    unknown.map(({ place, verb }) => `${place}: image-manager has no command "${verb}"`),
    [],
  );
});

test("blocks() finds code in pages and docstrings, with its line", () => {
  assert.equal(blocks("a.md", "Text\n\n```ts\nlet a;\n\nlet b;\n```\n"), [
    { file: "a.md", line: 4, language: "ts", code: "let a;\n\nlet b;\n" },
  ]);
  assert.equal(blocks("a.ts", "/**\n * @example\n * ```ts\n * call();\n *\n * call();\n * ```\n */\n"), [
    { file: "a.ts", line: 4, language: "ts", code: "call();\n\ncall();\n" },
  ]);
});

/** Code stands in its file at the line it has on its page, so that the compiler's messages point at the page. */
function write({ file, line, code }: Example): Promise<void> {
  const name = `${file.replaceAll("/", "+")}+${line}.ts`;
  return writeFile(join(folder, name), `${"\n".repeat(line - 1)}${code}\nexport {};\n`);
}

async function compile(): Promise<string> {
  const args = ["node_modules/typescript/bin/tsc", "-p", folder, "--noEmit", "--pretty", "false"];
  const done = promisify(execFile)(process.execPath, args);
  return done.then(
    () => "",
    (error: { stdout: string }) => error.stdout,
  );
}

/** The verb of every line that calls the tool; `image-manager --version` has none. */
function commands({ file, line, language, code }: Example): readonly { place: string; verb: string }[] {
  if (language !== "sh") return [];
  return code.split("\n").flatMap((text, index) => {
    const verb = /^(?:\$ )?(?:npx |\.\/bin\/)?image-manager ([a-z]+)/.exec(text)?.[1];
    return verb ? [{ place: `${file}:${line + index}`, verb }] : [];
  });
}
