import type { FileContentTest } from "../model/structure-test.ts";
import type { Content, Unavailable } from "./facts.ts";
import { matcher, shown } from "./pattern.ts";

/** What is wrong with a file's content. */
export function contentErrors(test: FileContentTest, found: Content | Unavailable): readonly string[] {
  if ("unavailable" in found) return [found.unavailable];
  const { path, expectedContents, excludedContents } = test;
  const matches = (pattern: string) => matcher(pattern)(found.text);
  return [
    ...expectedContents
      .filter((pattern) => !matches(pattern))
      .map((pattern) => `${path} has no match for ${shown(pattern)}: ${excerpt(found.text)}`),
    ...excludedContents.filter(matches).map((pattern) => `${path} has a match for ${shown(pattern)}, wanted none`),
  ];
}

/** As much of a text as fits into a message. */
const most = 80;

function excerpt(text: string): string {
  if (text === "") return "it is empty";
  return text.length <= most
    ? `it is ${JSON.stringify(text)}`
    : `it begins with ${JSON.stringify(text.slice(0, most))}`;
}
