import { globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** What one layer may import: files of which layers, and which modules from outside the project. */
interface Rule {
  readonly says: string;
  readonly layers: readonly string[];
  readonly modules: (name: string) => boolean;
}

const pure = ["graphology", "graphology-types", "p-queue", "zod", "nunjucks", "dockerfile-ast", "semver", "re2js", "yaml"];
const srcModules = [...pure, "fastest-levenshtein", "node:crypto", "node:path/posix"];

/** DESIGN §3: `src` knows nothing outside itself, `tasks` and `infrastructure` know only `src`, `bin` introduces them. */
export const rules: Readonly<Record<string, Rule>> = {
  src: {
    says: `src imports only src and ${srcModules.join(", ")}`,
    layers: ["src"],
    modules: (name) => srcModules.includes(name) || pure.some((one) => name.startsWith(`${one}/`)),
  },
  tasks: { says: "tasks imports only src and tasks", layers: ["src", "tasks"], modules: () => false },
  infrastructure: {
    says: "infrastructure imports only src, infrastructure, node: and packages",
    layers: ["src", "infrastructure"],
    modules: () => true,
  },
  bin: {
    says: "bin imports src, tasks, infrastructure, bin, package.json, node: and packages",
    layers: ["src", "tasks", "infrastructure", "bin", "package.json"],
    modules: () => true,
  },
};

/** Every import below a root that breaks the rule of its layer: `FILE imports "NAME", but RULE`. */
export function breaches(root: string): readonly string[] {
  const files = globSync(`{${Object.keys(rules).join(",")}}/**/*.{ts,cjs}`, { cwd: root }).sort();
  return files.flatMap((file) => {
    const rule = rules[layerOf(file)] as Rule;
    const bad = imports(readFileSync(join(root, file), "utf8")).filter((name) => !allowed(root, file, name, rule));
    return bad.map((name) => `${file} imports "${name}", but ${rule.says}`);
  });
}

function allowed(root: string, file: string, name: string, rule: Rule): boolean {
  if (!name.startsWith(".")) return rule.modules(name);
  return rule.layers.includes(layerOf(relative(root, join(root, file, "..", name))));
}

function layerOf(file: string): string {
  return file.split("/", 1)[0] ?? "";
}

/** Module names of import and export statements, import() and import types; the formatter puts statements at the margin. */
export function imports(text: string): readonly string[] {
  const statement = /^(?:import|export)\s(?:[^"';]*?\sfrom\s)?\s*"([^"]+)"|\b(?:import|require)\(\s*"([^"]+)"\s*\)/gm;
  const code = text.replace(/^\s*(?:\/\/|\*|\/\*\*).*$/gm, "");
  return [...code.matchAll(statement)].map(([, named, called]) => named ?? called ?? "");
}
