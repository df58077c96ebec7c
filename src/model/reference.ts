/** The parts of a reference to an image in a registry, with what Docker adds: registry, `library/`, `:latest`. */
export interface ImageReference {
  /** `docker.io/library/alpine` */
  readonly repository: string;
  /** `3.22`; null beside a digest alone. */
  readonly tag: string | null;
  /** `sha256:…`, or null. */
  readonly digest: string | null;
}

const component = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const host = "(?:[a-zA-Z0-9][a-zA-Z0-9.-]*|\\[[0-9a-f:]+\\])(?::[0-9]+)?";
const form = new RegExp(
  `^((?:${host}/)?${component}(?:/${component})*)(?::([A-Za-z0-9_][\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}))?$`,
);

/** Reads a reference as Docker does (distribution/reference); undefined for what is none. */
export function parseReference(text: string): ImageReference | undefined {
  const [, name, tag = null, digest = null] = form.exec(text) ?? [];
  if (name === undefined) return undefined;
  return { repository: qualified(name), tag: tag ?? (digest === null ? "latest" : null), digest };
}

/** A reference as one text: `docker.io/library/alpine:3.22`. */
export function writeReference({ repository, tag, digest }: ImageReference): string {
  return `${repository}${tag === null ? "" : `:${tag}`}${digest === null ? "" : `@${digest}`}`;
}

/** A first part without dot and colon is a user of Docker Hub, not a registry; `localhost` is one. */
function qualified(name: string): string {
  const [first = "", ...rest] = name.split("/");
  if (rest.length === 0) return `docker.io/library/${name}`;
  if (!/[.:A-Z[]/.test(first) && first !== "localhost") return `docker.io/${name}`;
  if (first !== "docker.io" && first !== "index.docker.io") return name;
  return `docker.io/${rest.length === 1 ? "library/" : ""}${rest.join("/")}`;
}
