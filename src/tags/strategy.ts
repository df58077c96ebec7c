/** A target as a strategy sees it. */
export interface Tagged {
  /** The tag as it is listed: `24.11.0`. */
  readonly tag: string;
  readonly variant: string | null;
  /** What the variant puts behind the tag: `-semantic`, or nothing. */
  readonly suffix: string;
  /** The tag it is published under: `24.11.0-semantic`. */
  readonly reference: string;
}

/** A further tag for one of the family's references. */
export interface AliasProposal {
  readonly name: string;
  readonly reference: string;
  /** `version`: computed, moves only forward. `explicit`: asked for by name, follows the configuration. */
  readonly origin: "version" | "explicit";
}

export interface Aliases {
  readonly aliases: readonly AliasProposal[];
  /** Tags that the strategy cannot read, and why; told as notices. */
  readonly skipped: readonly { readonly reference: string; readonly why: string }[];
}

/** Names aliases for a family, seen as a whole: all tags of all images of one name. */
export type AliasStrategy = (family: readonly Tagged[]) => Aliases;
