import type { Tree } from "../../src/input.ts";

const suspects = /(^|\/)(\.env(\.(?!example$|sample$)[^/]*)?|[^/]*\.(key|pem)|id_(rsa|ecdsa|ed25519))$/;

/** Files of a tree that look like secrets, by path from the project: whoever pulls the image could read them. */
export function secretsIn({ folder, files }: Tree): readonly string[] {
  return files
    .filter(({ type, path }) => type === "file" && suspects.test(path))
    .map(({ path }) => `${folder}/${path}`);
}
