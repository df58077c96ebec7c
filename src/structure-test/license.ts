import type { LicenseTest } from "../model/structure-test.ts";
import { type Content, factOf, type ImageFacts, type Unavailable } from "./facts.ts";

/** Names that the text of an allowed license does not have, as container-structure-test has them. */
const forbidden = ["AGPL", "WTFPL"];

/** A package that only names such a license. */
const allowed = "libgnutls30";

/** Which licenses are not allowed, and which are not there. */
export function licenseErrors(
  { debian, files }: LicenseTest,
  { debianLicenses, contents }: Pick<ImageFacts, "debianLicenses" | "contents">,
): readonly string[] {
  return [
    ...(debian ? packageErrors(debianLicenses) : []),
    ...files.flatMap((path) => forbiddenIn(path, factOf(contents, path))),
  ];
}

function packageErrors(licenses: ImageFacts["debianLicenses"]): readonly string[] {
  if ("unavailable" in licenses) return [licenses.unavailable];
  return [...licenses]
    .filter(([name]) => name !== allowed)
    .flatMap(([name, license]) => forbiddenIn(`/usr/share/doc/${name}/copyright`, license));
}

function forbiddenIn(path: string, found: Content | Unavailable): readonly string[] {
  if ("unavailable" in found) return [found.unavailable];
  const text = found.text.toUpperCase();
  const name = forbidden.find((one) => text.includes(one));
  return name === undefined ? [] : [`${path} names the license ${name}, which is not allowed`];
}
