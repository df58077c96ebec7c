import { fail } from "../problem.ts";

/** Values of variables by name. */
export type Scope = Readonly<Record<string, string | undefined>>;

const token = /'([^']*)'|"|\$(\w+)|\$\{|([\s\S])/y;

/**
 * Expands a word of FROM or a default of ARG as BuildKit does: quotes, `$name`, `${name}` and its forms with
 * `-`, `+` and `?` (Dockerfile reference, "Environment replacement").
 *
 * Throws ImagesError `invalid-variable` for forms that cut or replace, and where `?` says that a value must be there.
 */
export function expand(word: string, scope: Scope): string {
  let text = "";
  for (let at = 0; at < word.length; ) {
    token.lastIndex = at;
    const [found = "", single, name, other] = token.exec(word) ?? [];
    at += found.length;
    if (found === "${") {
      const end = closing(word, at);
      text += parameter(word.slice(at, end), scope);
      at = end + 1;
    } else text += single ?? other ?? (name === undefined ? "" : (scope[name] ?? ""));
  }
  return text;
}

/** Where the brace that was opened before `from` ends. */
function closing(word: string, from: number): number {
  let depth = 1;
  for (let at = from; at < word.length; at++) {
    if (word[at] === "{") depth++;
    if (word[at] === "}" && --depth === 0) return at;
  }
  return refuse(`"${word}" has no closing brace`);
}

function parameter(body: string, scope: Scope): string {
  const [, name = "", operator, word = ""] = /^(\w+)(?:(:?[-+?])([\s\S]*))?$/.exec(body) ?? [];
  if (name === "") return refuse(`"\${${body}}" is a form that is not supported here`);
  const value = scope[name];
  const there = operator?.startsWith(":") ? Boolean(value) : value !== undefined;
  switch (operator?.at(-1)) {
    case "-":
      return there ? (value ?? "") : expand(word, scope);
    case "+":
      return there ? expand(word, scope) : "";
    case "?":
      if (!there) return refuse(word || `${name} has no value`);
  }
  return value ?? "";
}

function refuse(reason: string): never {
  return fail({ code: "invalid-variable", kind: "config", message: `Cannot expand variables of FROM: ${reason}` });
}
