import type { Platform } from "../model/platform.ts";
import type { Base, Dockerfile, Overlay } from "../model/target.ts";

/** A text of a target and what its template sees. */
export interface TemplateRequest {
  /** Where the text comes from. */
  readonly origin: Origin;
  /** The target it is rendered for: `node:24.11.0-semantic`. */
  readonly target: string;
  /** The image's folder relative to the project (the build context), or null. */
  readonly folder: string | null;
  /** What a template sees. */
  readonly values: TemplateValues;
  /** The text of a template that another includes, by its path from the image's folder; undefined when it is not there. */
  readonly include: (path: string) => string | undefined;
}

/** Everything a target's Dockerfile is made from. */
export interface RenderRequest extends TemplateRequest {
  /** The image's own name, `node`: a bare `FROM node:24` is ambiguous in it. */
  readonly image: string;
  /** Build arguments by name: they override the defaults of ARG, also in FROM. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Bases by the name that FROM and --from may say: `base` for a single one, `build` and `run` for named ones. */
  readonly bases: Readonly<Record<string, Base["from"]>>;
  /** Tags with suffixes (`24.11.0`, `24.11.0-semantic`) of each image of the project, by image. */
  readonly projectTargets: Readonly<Record<string, readonly string[]>>;
  /** Laid over the root of the built stage, in this order. */
  readonly overlays: readonly Overlay[];
  /** The stage to build, or null for the last one. */
  readonly stage: string | null;
}

/** The text of a Dockerfile or template. */
export interface Origin {
  /** Relative to the project: `images/node/Dockerfile.jinja2`; null for a text made by a function. */
  readonly source: string | null;
  readonly text: string;
  /** Whether the text is a Jinja2 template. */
  readonly template: boolean;
}

/** The names a template knows. */
export interface TemplateValues {
  readonly image: string;
  readonly tag: string;
  readonly variant: string | null;
  readonly versions: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly platforms: readonly Platform[];
  /** What FROM can say for the single base: a key of the request's `bases`; null when there is none. */
  readonly base: string | null;
  /** The same for named bases, by name. */
  readonly bases: Readonly<Record<string, string>>;
}

/** A rendered Dockerfile and what is worth knowing about it. */
export interface Rendered {
  readonly dockerfile: Dockerfile;
  /** The overlays that the Dockerfile does not copy from the context itself: those the target has to carry. */
  readonly overlays: readonly Overlay[];
  /** Things worth saying that are no mistake: a `# syntax=` line that was left out. */
  readonly notices: readonly string[];
}
