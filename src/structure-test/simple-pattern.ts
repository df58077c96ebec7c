/**
 * Whether a pattern is certainly right: plain characters, escaped punctuation, `\d`, `.`, anchors, alternatives and
 * plain classes, each repeated at most once. Then nobody needs to load the parser of RE2 to find that out.
 */
export function isSimplePattern(text: string): boolean {
  return simple.test(text);
}

const plain = String.raw`[^\\.*+?()|[\]{}^$]`;
const escaped = String.raw`\\[.*+?()|[\]{}^$\\/"'@:=-]|\\[dDwWsS]`;
const listed = String.raw`\[\^?(?:a-z|A-Z|0-9|[\w ./:@=+]|\\[dws.-])+-?\]`;
const simple = new RegExp(`^(?:(?:${plain}|${escaped}|${listed}|\\.)[*+?]?|[$^|])*$`, "u");
