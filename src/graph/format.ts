import type { Target } from "../model/target.ts";
import type { TaskGraph } from "./plan.ts";
import { parentsOf } from "./select.ts";

/** Names and what leads to what, in a stable order. */
export interface NamedGraph {
  readonly nodes: readonly string[];
  /** From what is needed to what needs it. */
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

export type GraphFormat = "tree" | "dot" | "mermaid" | "json";

/** Which target is built on which, as far as both are among the given ones. */
export function graphOfTargets(targets: readonly Target[]): NamedGraph {
  const nodes = targets.map(({ id }) => id);
  const known = new Set(nodes);
  const edges = targets.flatMap((target) =>
    parentsOf(target)
      .filter((parent) => known.has(parent))
      .map((from) => ({ from, to: target.id })),
  );
  return { nodes, edges };
}

/** Which task waits for which. */
export function graphOfTasks(graph: TaskGraph): NamedGraph {
  return { nodes: graph.nodes(), edges: graph.mapEdges((_, __, from, to) => ({ from, to })) };
}

/** The graph as text: indented for people, DOT for Graphviz, a Mermaid flowchart, or JSON. No final newline. */
export function formatGraph(graph: NamedGraph, format: GraphFormat): string {
  return writers[format](graph);
}

const writers: Readonly<Record<GraphFormat, (graph: NamedGraph) => string>> = {
  tree: writeTree,
  dot: ({ nodes, edges }) => {
    const lines = [
      ...nodes.map((node) => JSON.stringify(node)),
      ...edges.map(({ from, to }) => `${JSON.stringify(from)} -> ${JSON.stringify(to)}`),
    ];
    return ["digraph {", "  rankdir=LR", "  node [shape=box]", ...lines.map((line) => `  ${line}`), "}"].join("\n");
  },
  mermaid: ({ nodes, edges }) => {
    const ids = new Map(nodes.map((node, i) => [node, `n${i}`]));
    return [
      "flowchart LR",
      ...nodes.map((node) => `  ${ids.get(node)}["${node.replaceAll('"', "#quot;")}"]`),
      ...edges.map(({ from, to }) => `  ${ids.get(from)} --> ${ids.get(to)}`),
    ].join("\n");
  },
  json: (graph) => JSON.stringify(graph, null, 2),
};

/** A node stands below each of its parents; what is below it is shown the first time, then `…` stands for it. */
function writeTree({ nodes, edges }: NamedGraph): string {
  const children = new Map<string, string[]>(nodes.map((node) => [node, []]));
  for (const { from, to } of edges) children.get(from)?.push(to);
  const inner = new Set(edges.map(({ to }) => to));
  const shown = new Set<string>();
  const write = (node: string): readonly string[] => {
    const below = children.get(node) ?? [];
    if (below.length > 0 && shown.has(node)) return [`${node} …`];
    shown.add(node);
    return [node, ...below.flatMap((child, i) => indented(write(child), i === below.length - 1))];
  };
  return nodes
    .filter((node) => !inner.has(node))
    .flatMap(write)
    .join("\n");
}

function indented([first = "", ...rest]: readonly string[], last: boolean): readonly string[] {
  return [`${last ? "└─" : "├─"} ${first}`, ...rest.map((line) => `${last ? "  " : "│ "} ${line}`)];
}
