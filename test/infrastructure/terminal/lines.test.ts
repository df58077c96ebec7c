import * as assert from "uvu/assert";
import { jsonReporter } from "../../../infrastructure/terminal/json.ts";
import { linesReporter } from "../../../infrastructure/terminal/lines.ts";
import type { Event } from "../../../src/events.ts";
import { suite } from "../../rig/suite.ts";
import { cached, ended, failed, failedStep, log, ran, skipped, started, step, summary, taskOf } from "./sample.ts";

const test = suite("plain lines");
const base = "build base:12 linux/amd64";
const node = "build node:24.11.0 linux/amd64";
const push = "push base:12";

function linesOf(events: readonly Event[], { verbose = false, ids = [base, node, push] } = {}): string {
  let text = "";
  const write = (more: string) => {
    text += more;
  };
  const take = linesReporter({ write, color: false, tasks: ids.map(taskOf), verbose });
  for (const event of events) take(event);
  return text;
}

const events: readonly Event[] = [
  { type: "service", service: "registry", state: "started", detail: "localhost:5050" },
  { type: "run-started", tasks: 4, kinds: ["build", "push"] },
  { type: "notice", message: "'edge' gives no alias" },
  cached("render base:12"),
  started(base, "images/base/Dockerfile changed"),
  started(node),
  log(node, "npm error"),
  step(base, 1, 2, "RUN true"),
  log(base, "10 %\r100 %"),
  ran(base, 9800, "139 MB"),
  failed(node, 12_400, failedStep),
  skipped("push node:24.11.0", node),
  started(push, "12 on another digest"),
  ended(push, { state: "cancelled", duration: 100 }),
];

test("linesReporter() keeps what belongs to a task together, and logs for failures", () => {
  assert.is(
    linesOf(events),
    `Started registry (localhost:5050)
Note: 'edge' gives no alias
 → build  base:12        images/base/Dockerfile changed
 → build  node:24.11.0   not made from these inputs before
 ✔ build  base:12         9.8 s   139 MB
 ✘ build  node:24.11.0   failed after 12.4 s
   │ npm error
 → push   base:12        12 on another digest
 ■ push   base:12        cancelled after 0.1 s
`,
  );
});

test("linesReporter() prints every log when it is verbose", () => {
  const lines = linesOf([started(base), log(base, "one"), log(base, "two"), ran(base, 20)], { verbose: true });
  assert.is(lines.split("\n").slice(1).join("\n"), " ✔ build  base:12        0.02 s\n   │ one\n   │ two\n");
});

test("linesReporter() keeps the last lines of an endless log", () => {
  const many = Array.from({ length: 9000 }, (_, i) => log(node, `line ${i}`));
  const lines = linesOf([...many, failed(node, 5, failedStep)]).split("\n");
  assert.equal([lines.length, lines[1], lines[2000]], [2002, "   │ line 7000", "   │ line 8999"]);
});

test("linesReporter() shows platforms where a target has several", () => {
  const ids = ["linux/amd64", "linux/arm64"].map((platform) => `build base:12 ${platform}`);
  const lines = linesOf(
    ids.map((id) => started(id, "forced")),
    { ids: [...ids, "push base:12"] },
  );
  assert.is(lines, " → build  base:12   linux/amd64   forced\n → build  base:12   linux/arm64   forced\n");
});

test("linesReporter() says nothing of tasks that lack a service but at the end", () => {
  const problem = { code: "registry-unreachable", kind: "service", message: "Registry not reachable at a:1" } as const;
  const lines = linesOf([failed(base, 3, problem), summary({ failed: 1, problems: [problem] })]);
  assert.is(lines, "Error: Registry not reachable at a:1\n");
});

test("jsonReporter() writes one event a line, the summary last", () => {
  const written: string[] = [];
  const take = jsonReporter((text) => written.push(text));
  for (const event of [started(base), log(base, "a\nb"), summary({ ran: 1 })]) take(event);
  const lines = written.join("").trimEnd().split("\n");
  assert.is(
    lines[1],
    `{"type":"task-progress","task":{"id":"${base}","kind":"build","target":"base:12","platform":"linux/amd64"},"progress":{"kind":"log","line":"a\\nb"}}`,
  );
  assert.is(
    lines[2],
    '{"type":"summary","ran":1,"cached":0,"failed":0,"skipped":0,"cancelled":0,"duration":0,"longest":[],"problems":[],"statistics":{"work":0,"saved":0,"hits":{},"slowest":[]}}',
  );
});
