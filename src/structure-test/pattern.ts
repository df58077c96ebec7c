import { RE2JS, RE2JSSyntaxException } from "re2js";

/** What is wrong with a pattern in the syntax of RE2, null when nothing is: `missing closing ): "a(b"`. */
export function patternProblem(text: string): string | null {
  try {
    RE2JS.compile(text);
    return null;
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return error.message.replace(/^error parsing regexp: /, "");
    throw error;
  }
}

/** Whether a text has a match of a pattern anywhere, as Go's `regexp.MatchString` says. */
export function matcher(text: string): (input: string) => boolean {
  const pattern = RE2JS.compile(text);
  return (input) => pattern.test(input);
}

/** A pattern as sentences have it, on one line. */
export function shown(pattern: string): string {
  return `/${pattern.replaceAll("\n", "\\n")}/`;
}
