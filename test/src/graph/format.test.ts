import { DirectedGraph } from "graphology";
import * as assert from "uvu/assert";
import { formatGraph, graphOfTargets, graphOfTasks, type NamedGraph } from "../../../src/graph/format.ts";
import type { TaskGraph } from "../../../src/graph/plan.ts";
import type { Target } from "../../../src/model/target.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("graph formats");

const diamond: NamedGraph = {
  nodes: ["base:13", "go:1", "node:24", "node:24-x", "tool:1"],
  edges: [
    { from: "base:13", to: "go:1" },
    { from: "base:13", to: "node:24" },
    { from: "node:24", to: "node:24-x" },
    { from: "go:1", to: "tool:1" },
    { from: "node:24", to: "tool:1" },
  ],
};

test("formatGraph() indents children below each parent", () => {
  assert.is(
    formatGraph({ nodes: [...diamond.nodes, "alone:1"], edges: diamond.edges }, "tree"),
    `base:13
├─ go:1
│  └─ tool:1
└─ node:24
   ├─ node:24-x
   └─ tool:1
alone:1`,
  );
});

test("formatGraph() shows what is below a node only once", () => {
  const edges = [...diamond.edges, { from: "go:1", to: "node:24" }];
  assert.is(
    formatGraph({ nodes: diamond.nodes, edges }, "tree"),
    `base:13
├─ go:1
│  ├─ tool:1
│  └─ node:24
│     ├─ node:24-x
│     └─ tool:1
└─ node:24 …`,
  );
});

test("formatGraph() stays short where paths are many", () => {
  const layers = Array.from({ length: 40 }, (_, i) => [`a${i}`, `b${i}`]);
  const edges = layers.flatMap((layer, i) =>
    layer.flatMap((from) => (layers[i + 1] ?? []).map((to) => ({ from, to }))),
  );
  assert.ok(formatGraph({ nodes: layers.flat(), edges }, "tree").split("\n").length < 200);
});

test("formatGraph() writes DOT", () => {
  assert.is(
    formatGraph({ nodes: ['a"b', "c"], edges: [{ from: 'a"b', to: "c" }] }, "dot"),
    `digraph {
  rankdir=LR
  node [shape=box]
  "a\\"b"
  "c"
  "a\\"b" -> "c"
}`,
  );
});

test("formatGraph() writes Mermaid, with names that are no keywords", () => {
  assert.is(
    formatGraph({ nodes: ['end"', "c:1"], edges: [{ from: 'end"', to: "c:1" }] }, "mermaid"),
    `flowchart LR
  n0["end#quot;"]
  n1["c:1"]
  n0 --> n1`,
  );
});

test("formatGraph() writes JSON that reads back as the graph", () => {
  assert.equal(JSON.parse(formatGraph(diamond, "json")), diamond);
});

test("graphOfTargets() leaves out parents that are not asked for", () => {
  const target = (id: string, ...parents: readonly string[]) => {
    const bases = parents.map((parent) => ({ name: parent, from: { target: parent }, on: ["target"] }));
    return { id, dockerfile: { bases } } as unknown as Target;
  };
  assert.equal(graphOfTargets([target("base:13"), target("node:24", "base:13", "go:1"), target("x:1", "node:24")]), {
    nodes: ["base:13", "node:24", "x:1"],
    edges: [
      { from: "base:13", to: "node:24" },
      { from: "node:24", to: "x:1" },
    ],
  });
});

test("graphOfTasks() names tasks and what waits for what", () => {
  const graph: TaskGraph = new DirectedGraph();
  const [build, push] = ["build base:13 linux/amd64", "push base:13"];
  for (const id of [build, push]) graph.addNode(id);
  graph.addDirectedEdge(build, push);
  assert.equal(graphOfTasks(graph), { nodes: [build, push], edges: [{ from: build, to: push }] });
});
