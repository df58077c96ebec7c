import { fileURLToPath } from "node:url";
import { suggestion } from "../../src/config/describe.ts";
import { placeOfError } from "../../src/config/place.ts";
import * as api from "../../src/mod.ts";
import type { Place, Problem } from "../../src/problem.ts";

/** What the runtimes, each in its way, say of a module that cannot be imported: as a problem with its place. */
export function toImportProblem(thrown: unknown, file: string): Problem {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const reason = summary(error);
  return {
    kind: "config",
    code: "configuration-failed",
    message: `Cannot load ${file}: ${reason}`,
    place: placeOf(error) ?? { file },
    ...advice(reason, error),
  };
}

/** The message's first line: Deno adds an excerpt and the place to it. */
function summary({ message }: Error): string {
  const [first = ""] = message.split("\n");
  return first
    .replace(/^SyntaxError: /, "")
    .replace(/ at file:\S+$/, "")
    .replace(/\.$/, "");
}

function placeOf(error: Error): Place | undefined {
  // Node puts `file:///p/images.config.ts:3` before a syntax error; everything else has it in a frame or the message.
  const heading = /^((?:file:\/\/)?\/.*):(\d+)$/.exec(error.stack?.split("\n")[0] ?? "");
  if (heading) return { file: toPath(heading[1] as string), line: Number(heading[2]) };
  const inMessage = /(file:\/\/\S+?):(\d+):(\d+)/.exec(error.message);
  if (inMessage)
    return { file: toPath(inMessage[1] as string), line: Number(inMessage[2]), column: Number(inMessage[3]) };
  const importer = / imported from (\/.*)$/.exec(error.message);
  if (importer) return { file: importer[1] as string };
  const frame = placeOfError(error);
  return frame && { ...frame, file: toPath(frame.file) };
}

function toPath(file: string): string {
  return file.startsWith("file:") ? fileURLToPath(file) : file;
}

function advice(reason: string, error: Error): Pick<Problem, "fix" | "wanted"> {
  if (/Cannot use import statement outside a module|Unexpected token 'export'/.test(reason)) {
    return { fix: 'Rename it to images.config.mjs, or write "type": "module" in package.json' };
  }
  if ((error as NodeJS.ErrnoException).code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") {
    return { wanted: "TypeScript that runs once its types are removed (erasableSyntaxOnly)" };
  }
  const wrongName = /'image-manager' does not provide an export named '(\w+)'/.exec(reason)?.[1];
  if (wrongName !== undefined) return suggestion(wrongName, Object.keys(api));
  if (/'image-manager'|"image-manager"/.test(reason)) return { fix: "npm install --save-dev image-manager" };
  return {};
}
