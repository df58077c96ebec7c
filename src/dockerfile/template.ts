import nunjucks from "nunjucks";
import { ImagesError } from "../problem.ts";
import { missingTemplate, templateProblem } from "./failure.ts";
import { markLines, readMarks } from "./marks.ts";
import type { Expanded } from "./render.ts";
import type { TemplateRequest } from "./request.ts";
import { compileStrict, makeStrict } from "./strict.ts";

/** Gives the code of a template by its name and text. */
type Compile = (name: string, text: string) => object;

/**
 * Makes an expander of Jinja2 templates that compiles each of them once: the targets of an image share theirs.
 *
 * The expander throws ImagesError with the template's line: `undefined-name`, `template-missing` for an include,
 * `template-failed` for anything else.
 */
export function createExpander(): (request: TemplateRequest) => Expanded {
  const compile = remembering(compileStrict);
  return (request) => {
    try {
      const text = expand(request, request.origin.text, compile);
      return { text, lines: linesOf(request, text, compile) };
    } catch (error) {
      throw new ImagesError(templateProblem(error, request), { cause: error });
    }
  };
}

function remembering(compile: Compile): Compile {
  const known = new Map<string, object>();
  return (name, text) => {
    const key = `${name}\0${text}`;
    const code = known.get(key) ?? compile(name, text);
    known.set(key, code);
    return code;
  };
}

function expand(request: TemplateRequest, text: string, compile: Compile): string {
  const main = request.origin.source ?? "template";
  const loader = {
    getSource(name: string): nunjucks.LoaderSource {
      const source = name === main ? text : (request.include(name) ?? missingTemplate(name, request));
      // nunjucks's form of a precompiled template, which its types do not have.
      const src = { type: "code", obj: compile(name, source) } as unknown as string;
      return { src, path: name, noCache: true };
    },
  };
  // With `dev` errors keep their causes.
  const options = { autoescape: false, throwOnUndefined: true, dev: true };
  return makeStrict(new nunjucks.Environment(loader, options)).render(main, request.values);
}

/** Renders once more with marks. A template that looks at its own text may then fail or print other text: no lines. */
function linesOf(request: TemplateRequest, text: string, compile: Compile): readonly number[] {
  try {
    return readMarks(expand(request, markLines(request.origin.text), compile), text);
  } catch {
    return readMarks("", text);
  }
}
