import { bindDockerfile, type Expanded } from "./render.ts";
import type { Rendered, RenderRequest } from "./request.ts";

export type { Origin, Rendered, RenderRequest, TemplateValues } from "./request.ts";

/** Renders and binds the Dockerfile of one target. Throws ImagesError with all its problems (kind `config`). */
export type Renderer = (request: RenderRequest) => Rendered;

/** Gives the renderer. The template engine is loaded only where an origin is a template; without it templates are refused. */
export async function loadRenderer(templates: boolean): Promise<Renderer> {
  const expandTemplate = templates ? (await import("./template.ts")).createExpander() : noTemplates;
  return (request) => bindDockerfile(request, request.origin.template ? expandTemplate(request) : plain(request));
}

function plain({ origin: { source, text } }: RenderRequest): Expanded {
  return { text, lines: text.split("\n").map((_, i) => (source === null ? 0 : i + 1)) };
}

function noTemplates(): never {
  throw new Error("Internal error: the renderer was loaded without templates");
}
