/** Takes secrets out of a text. */
export type Scrubber = (text: string) => string;

/** A line of a longer value is only looked for when it tells something: `}` would be found everywhere. */
const tellingLine = 8;

/** Replaces every occurrence of the values by `***`; logs come line by line, so a longer value is looked for by lines. */
export function scrubber(values: readonly string[]): Scrubber {
  const parts = values.flatMap((value) => {
    const lines = value.split("\n").map((line) => line.trim());
    return lines.length === 1 ? lines : [value.trim(), ...lines.filter((line) => line.length >= tellingLine)];
  });
  // A value may be part of another.
  const secrets = [...new Set(parts)].filter(Boolean).sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((scrubbed, secret) => scrubbed.replaceAll(secret, "***"), text);
}
