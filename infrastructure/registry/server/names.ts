import type { Digest } from "../../../src/entry.ts";
import { refuse } from "./errors.ts";

export type Algorithm = "sha256" | "sha512";

/** What stands behind `/manifests/`: a tag or a digest. */
export type Reference = { readonly tag: string } | { readonly digest: Digest };

const component = "[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*";
const nameForm = new RegExp(`^${component}(?:/${component})*$`);
const tagForm = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const digestForm = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

// Names, tags and digests become paths. These forms admit no `..`, and a part of a name never begins with `_`.

/** A repository's name. @throws Refusal NAME_INVALID */
export function readName(text: string): string {
  if (text.length <= 255 && nameForm.test(text)) return text;
  return refuse("NAME_INVALID", `Invalid repository name: ${text}`, { detail: { name: text } });
}

/** @throws Refusal DIGEST_INVALID for another form or an algorithm that is not known. */
export function readDigest(text: string | null): Digest {
  if (text !== null && isDigest(text)) return text;
  return refuse("DIGEST_INVALID", `Invalid digest: ${text ?? "none was given"}`, { detail: { digest: text ?? "" } });
}

/** A tag or a digest; undefined for a text that can be neither. @throws Refusal DIGEST_INVALID */
export function readReference(text: string): Reference | undefined {
  if (text.includes(":")) return { digest: readDigest(text) };
  return isTag(text) ? { tag: text } : undefined;
}

export function isTag(text: string): boolean {
  return tagForm.test(text);
}

export function isDigest(text: unknown): text is Digest {
  return typeof text === "string" && digestForm.test(text);
}

/** The two parts of a digest. */
export function splitDigest(digest: Digest): { readonly algorithm: Algorithm; readonly hex: string } {
  const [algorithm, hex] = digest.split(":") as [Algorithm, string];
  return { algorithm, hex };
}
