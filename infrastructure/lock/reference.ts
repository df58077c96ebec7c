import type { Digest } from "../../src/entry.ts";
import type { Repository } from "../../src/ports.ts";

/** An image from outside, in full. */
export interface ImageReference {
  readonly repository: Repository;
  /** Tag or digest. */
  readonly reference: string;
  /** Present when it is named by digest. */
  readonly digest?: Digest;
}

/** Completes a reference as Docker does: `debian` is `docker.io/library/debian:latest`. A digest outweighs a tag. */
export function parseReference(text: string): ImageReference {
  const [named = "", digest] = text.split("@") as [string, Digest | undefined];
  const [, path = "", tag = "latest"] = /^(.*?)(?::([^/:]+))?$/.exec(named) ?? [];
  const [first = "", ...rest] = path.split("/");
  const hasAddress = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const address = hasAddress ? first : "docker.io";
  const name = hasAddress ? rest.join("/") : path;
  const full = address === "docker.io" && !name.includes("/") ? `library/${name}` : name;
  const repository = { place: { address, builderAddress: address }, name: full };
  return { repository, reference: digest ?? tag, ...(digest && { digest }) };
}
