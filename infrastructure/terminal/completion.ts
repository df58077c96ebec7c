export type Shell = "bash" | "zsh" | "fish";

/** What words can be completed to. */
export interface Vocabulary {
  readonly verbs: readonly VerbWords[];
  /** Images, targets and aliases. */
  readonly targets: readonly string[];
}

export interface VerbWords {
  readonly name: string;
  /** Long forms: `--platform`. */
  readonly flags: readonly string[];
  /** What may follow a flag that takes a value: `{ "--format": ["tree", "dot"] }`. */
  readonly values: Readonly<Record<string, Choices>>;
  readonly operands: Choices;
}

/** `targets` are those of the vocabulary. */
export type Choices = "targets" | readonly string[];

/** What the last of the words after the program's name may become. */
export function complete(words: readonly string[], { verbs, targets }: Vocabulary): readonly string[] {
  const [current = "", before] = [words.at(-1), words.slice(0, -1)];
  const verb = verbs.find(({ name }) => name === before.find((word) => !word.startsWith("-")));
  return candidates().filter((word) => word.startsWith(current) && !before.includes(word));

  function candidates(): readonly string[] {
    // Nothing but flags so far: the verb is still to come.
    if (before.every((word) => word.startsWith("-"))) return verbs.map(({ name }) => name);
    if (verb === undefined) return [];
    const choices = verb.values[before.at(-1) ?? ""];
    if (choices === undefined && current.startsWith("-")) return verb.flags;
    const found = choices ?? verb.operands;
    return found === "targets" ? targets : found;
  }
}

/** A script for a shell to source: it asks `PROGRAM __complete -- WORDS…`, which prints one candidate a line. */
export function completionScript(shell: Shell, program: string): string {
  return scripts[shell](program, `_${program.replace(/\W/g, "_")}_complete`);
}

const scripts: Readonly<Record<Shell, (program: string, name: string) => string>> = {
  // Bash breaks words at colons (node:24) and then replaces only what is behind the last one.
  bash: (program, name) => `${name}() {
  local line=\${COMP_LINE:0:COMP_POINT} candidate colon= words
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  local current=\${words[\${#words[@]} - 1]}
  [[ $COMP_WORDBREAKS == *:* ]] && colon=\${current%"\${current##*:}"}
  COMPREPLY=()
  while IFS= read -r candidate; do
    COMPREPLY+=("\${candidate#"$colon"}")
  done < <(${program} __complete -- "\${words[@]:1}" 2> /dev/null)
}
complete -F ${name} ${program}
`,
  // Sourced it registers itself; found in $fpath it is the function and is called at once.
  zsh: (program, name) => `#compdef ${program}
${name}() {
  local -a candidates
  candidates=(\${(f)"$(${program} __complete -- "\${(@)words[2,CURRENT]}" 2> /dev/null)"})
  compadd -a candidates
}
if [[ $funcstack[1] == _* ]]; then ${name} "$@"; else compdef ${name} ${program}; fi
`,
  // The word under the cursor may be empty and still counts.
  fish: (program, name) => `function ${name}
  set -l words (commandline -opc) (commandline -ct)
  ${program} __complete -- $words[2..-1] 2> /dev/null
end
complete -c ${program} -f -a '(${name})'
`,
};
