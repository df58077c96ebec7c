import { nearest } from "../config/describe.ts";
import { parseReference, writeReference } from "../model/reference.ts";
import type { Base } from "../model/target.ts";
import { fail } from "../problem.ts";
import type { RenderRequest } from "./request.ts";

/** The names that FROM and --from can say in a target's Dockerfile. */
export type Names = Pick<RenderRequest, "target" | "image" | "bases" | "projectTargets">;

/**
 * Finds what a name in FROM or --from stands for: a named base, a target of the project, or an image from outside.
 *
 * `scratch` is BuildKit's empty image. A bare word is never taken for an image of Docker Hub: a mistyped stage would
 * be one. Throws ImagesError, the problem still without its place.
 */
export function findBase(name: string, stages: readonly string[], names: Names): Base["from"] | "scratch" {
  const base = Object.hasOwn(names.bases, name) ? names.bases[name] : undefined;
  if (base) return "external" in base ? externalBase(base.external, names) : base;
  if (name === "scratch") return "scratch";
  const [, image = "", tag = ""] = /^([^:@]+)(?::([^/:@]+))?$/.exec(name) ?? [];
  if (Object.hasOwn(names.projectTargets, image)) return findTarget(image, tag, names);
  if (!/[:@/]/.test(name)) return refuseWord(name, stages, names);
  const external = externalBase(name, names);
  refuseMistyped({ name, image, tag, ...external }, names);
  return external;
}

function externalBase(text: string, { target }: Names): { readonly external: string } {
  const reference = parseReference(text);
  if (reference) return { external: writeReference(reference) };
  return fail({
    code: "invalid-reference",
    kind: "config",
    message: `Cannot read base "${text}" of ${target} as a reference to an image`,
    wanted: "registry/name:tag or registry/name@sha256:…, the name in lower case",
  });
}

function findTarget(image: string, tag: string, names: Names): Base["from"] {
  const tags = names.projectTargets[image] ?? [];
  const target = `${image}:${tag}`;
  if (tags.includes(tag) && target !== names.target) return { target };
  const written = tag === "" ? image : target;
  const ambiguous = image === names.image;
  const state = ambiguous ? "the project has an image of that name, too" : `${image} has no ${noTag(tag)}`;
  const others = tags.filter((other) => `${image}:${other}` !== names.target);
  const near = others.find((other) => other.startsWith(tag)) ?? nearest(tag, others);
  const own = near === undefined ? "" : `, or ${image}:${near} for the project's target`;
  return fail({
    code: ambiguous ? "ambiguous-base" : "unknown-tag",
    kind: "config",
    message: `Cannot find base "${written}" of ${names.target}: ${state}`,
    looked: [`tags of ${image}: ${list(tags)}`],
    fix: `Write docker.io/library/${written} for Docker Hub's image${own}`,
  });
}

function noTag(tag: string): string {
  return tag === "" ? "tag that could be meant" : `tag "${tag}"`;
}

interface Mistyped {
  readonly name: string;
  readonly image: string;
  readonly tag: string;
  readonly external: string;
}

/** `bsae:13` beside the project's `base:13`: a stranger may have put something under that name on Docker Hub. */
function refuseMistyped({ name, image, tag, external }: Mistyped, { target, projectTargets }: Names): void {
  const images = Object.keys(projectTargets);
  const near = nearest(image, images);
  if (name === external || near === undefined || !projectTargets[near]?.includes(tag)) return;
  fail({
    code: "unknown-base",
    kind: "config",
    message: `Cannot find base "${name}" of ${target}: the project has no such image`,
    looked: [`images of the project: ${list(images)}`],
    fix: `Did you mean "${near}:${tag}"? Write ${external} for Docker Hub's image`,
  });
}

function refuseWord(name: string, stages: readonly string[], { target, image, ...names }: Names): never {
  const bases = Object.keys(names.bases);
  const images = Object.keys(names.projectTargets);
  const near = nearest(name, [...stages, ...bases, ...images]);
  const guess = near === undefined ? "" : `Did you mean "${near}"? `;
  return fail({
    code: "unknown-base",
    kind: "config",
    message: `Cannot find base "${name}" of ${target}`,
    wanted: "a stage, a base of the image, a target of the project, or an external image with its tag",
    looked: [`stages: ${list(stages)}`, `bases of ${image}: ${list(bases)}`, `images of the project: ${list(images)}`],
    fix:
      name === "base"
        ? 'Say in the configuration what it starts from: from: external("alpine:3.22"), or from: other.tag("1")'
        : `${guess}An image of Docker Hub is written with its tag: ${name}:latest`,
  });
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
