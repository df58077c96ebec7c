import type { FileFacts, FileKind } from "./facts.ts";

type Mode = Pick<FileFacts, "kind" | "mode">;

/** Kind and permissions as `ls -l` writes them: `-rwsr-xr-x`, `drwxrwxrwt`. */
export function permissionsOf({ kind, mode }: Mode): string {
  const [owner, group, other] = triples(mode);
  const special = (triple: string, bit: number, mark: string) =>
    (mode & bit) === 0 ? triple : triple.slice(0, 2) + (triple.endsWith("x") ? mark : mark.toUpperCase());
  return kindsOfLs[kind] + special(owner, 0o4000, "s") + special(group, 0o2000, "s") + special(other, 0o1000, "t");
}

/** The same as Go writes it, and so container-structure-test wants it: `urwxr-xr-x`, `dtrwxrwxrwx`. */
export function permissionsInGo({ kind, mode }: Mode): string {
  const bits = [mode & 0o4000 ? "u" : "", mode & 0o2000 ? "g" : "", kind === "character-device" ? "c" : ""];
  const marks = kindsOfGo[kind] + bits.join("") + (mode & 0o1000 ? "t" : "");
  return (marks === "" ? "-" : marks) + triples(mode).join("");
}

function triples(mode: number): readonly [string, string, string] {
  const triple = (bits: number) => (bits & 4 ? "r" : "-") + (bits & 2 ? "w" : "-") + (bits & 1 ? "x" : "-");
  return [triple(mode >> 6), triple(mode >> 3), triple(mode)];
}

const kindsOfLs: Readonly<Record<FileKind, string>> = {
  file: "-",
  directory: "d",
  link: "l",
  "character-device": "c",
  "block-device": "b",
  fifo: "p",
};

const kindsOfGo: Readonly<Record<FileKind, string>> = {
  file: "",
  directory: "d",
  link: "L",
  "character-device": "D",
  "block-device": "D",
  fifo: "p",
};
