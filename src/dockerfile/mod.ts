import type { Rendered, RenderRequest } from "./request.ts";

export type { Origin, Rendered, RenderRequest, TemplateValues } from "./request.ts";

/** Renders and binds the Dockerfile of one target. Throws ImagesError with all its problems (kind `config`). */
export type Renderer = (request: RenderRequest) => Rendered;

/** Gives the renderer. The template engine is loaded only where one of the origins is a template. */
export async function loadRenderer(_templates: boolean): Promise<Renderer> {
  return () => {
    throw new Error("not yet");
  };
}
