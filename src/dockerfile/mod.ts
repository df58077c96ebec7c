import { bindDockerfile, type Expanded } from "./render.ts";
import type { Rendered, RenderRequest, TemplateRequest } from "./request.ts";

export type { Expanded } from "./render.ts";
export type { Origin, Rendered, RenderRequest, TemplateRequest, TemplateValues } from "./request.ts";

/** Gives the text of a template, or a plain text as it is. Throws ImagesError (kind `config`). */
export type Expander = (request: TemplateRequest) => Expanded;

/** Renders and binds the Dockerfile of one target. Throws ImagesError with all its problems (kind `config`). */
export type Renderer = (request: RenderRequest) => Rendered;

/** Gives the expander. The template engine is loaded only where an origin is a template; without it templates are refused. */
export async function loadExpander(templates: boolean): Promise<Expander> {
  const expandTemplate = templates ? (await import("./template.ts")).createExpander() : noTemplates;
  return (request) => (request.origin.template ? expandTemplate(request) : plain(request));
}

export function createRenderer(expand: Expander): Renderer {
  return (request) => bindDockerfile(request, expand(request));
}

function plain({ origin: { source, text } }: TemplateRequest): Expanded {
  return { text, lines: text.split("\n").map((_, i) => (source === null ? 0 : i + 1)) };
}

function noTemplates(): never {
  throw new Error("Internal error: the renderer was loaded without templates");
}
