/** How the original's verdict differs from ours, and why: mostly its bugs, which we do not keep. */
export interface Difference {
  /** File and name of the test, or its place when it has none. */
  readonly case: string;
  readonly original: "passes" | "fails";
  readonly ours: "passes" | "fails";
  readonly why: string;
}

/** All known differences. Said in words in docs/testing.md. */
export const differences: readonly Difference[] = [
  {
    case: "variables.yml a test's own variables name the image's",
    original: "fails",
    ours: "passes",
    why: "$NAME in a value is replaced for set-up and global variables, but forgotten for the command itself",
  },
  {
    case: "setup.yml set-up that ends with 1 fails",
    original: "passes",
    ours: "fails",
    why: "the status of set-up commands is asked for and not looked at",
  },
  {
    case: "run-options.yml a test's own variables with run options",
    original: "fails",
    ours: "passes",
    why: "any run option puts its own variables in the place of the test's",
  },
  {
    case: "run-options.yml a variable that names another of the file",
    original: "passes",
    ours: "fails",
    why: "it replaces $NAME in the values of envFile; we take them as they are written, as Docker does",
  },
  {
    case: "unset.yml a variable that is not set",
    original: "fails",
    ours: "passes",
    why: "it hands on a variable without a name, which Docker does not take",
  },
  {
    case: "metadata: port with its protocol.yml metadataTest",
    original: "fails",
    ours: "passes",
    why: "ports of the image are compared without their protocol",
  },
  {
    case: "metadata: exposed port with its protocol fails.yml metadataTest",
    original: "passes",
    ours: "fails",
    why: "ports of the image are compared without their protocol",
  },
  {
    case: "files.yml a pipe",
    original: "fails",
    ours: "passes",
    why: "pipes, sockets and device files are passed over when a path is looked for",
  },
  {
    case: "files.yml what containers have and the image has not",
    original: "fails",
    ours: "passes",
    why: "it looks into a container, for which Docker makes /etc/hosts, /.dockerenv, /proc and others",
  },
  {
    case: "volume.yml set-up in a volume",
    original: "fails",
    ours: "passes",
    why: "each command has a container of its own, and what is written to a volume does not go from one to the next",
  },
  {
    case: "files.yml through a relative link",
    original: "fails",
    ours: "passes",
    why: "a link's target is looked for from the root, not from the link's folder",
  },
];
