import { DirectedGraph } from "graphology";
import type { Input } from "../input.ts";
import type { Json } from "../json.ts";
import type { Platform } from "../model/platform.ts";
import type { Target } from "../model/target.ts";
import { fail } from "../problem.ts";
import type { AnyKind, Handle, Piece, Planned, PlannedProject } from "../task.ts";

/** A piece of work with its place in the graph. */
export interface Task {
  /** `prepare base:12 rootfs.tar linux/amd64`: kind, target, name, platform. */
  readonly id: string;
  readonly kind: AnyKind;
  readonly target: Target;
  readonly platform: Platform | null;
  readonly spec: Json;
  /** Ids of needed tasks by the name that `run` knows them by. */
  readonly needs: Readonly<Record<string, string | readonly string[]>>;
  readonly after: readonly string[];
  readonly inputs: Readonly<Record<string, Input | readonly Input[]>>;
  readonly owns: readonly string[];
  readonly locks: readonly string[];
}

/** Tasks and what waits for what: edges lead from a need to its dependant. */
export type TaskGraph = DirectedGraph<{ readonly task: Task }>;

type AnyPiece = Piece<unknown, Readonly<Record<string, AnyHandles>>, Task["inputs"]>;
type AnyHandles = Handle<unknown> | readonly Handle<unknown>[];

/**
 * Plans kinds for targets with everything they need.
 *
 * A kind asks for what it needs while it is planned, so the graph is made depth first; asking for what is being
 * planned is a cycle and names its path. Does not deal with keys, stores or order of execution.
 *
 * @throws ImagesError `task-cycle`, `unknown-target`
 */
export function planTasks(project: PlannedProject, kinds: readonly AnyKind[], targets: readonly Target[]): TaskGraph {
  const planner = new Planner(project);
  for (const target of targets) for (const kind of kinds) planner.planned(kind, target);
  return planner.graph();
}

class Planner {
  readonly #project: PlannedProject;
  readonly #targets: ReadonlyMap<string, Target>;
  readonly #handles = new Map<string, readonly Handle<unknown>[]>();
  readonly #tasks: Task[] = [];
  readonly #open: string[] = [];

  constructor(project: PlannedProject) {
    this.#project = project;
    this.#targets = new Map(project.targets.map((target) => [target.id, target]));
  }

  readonly planned: Planned = <Output>(kind: AnyKind, wanted: Target | string) => {
    const target = typeof wanted === "string" ? this.#find(wanted) : wanted;
    const name = `${kind.kind} ${target.id}`;
    const known = this.#handles.get(name) ?? this.#plan(kind, target, name);
    return known as readonly Handle<Output>[];
  };

  #plan(kind: AnyKind, target: Target, name: string): readonly Handle<unknown>[] {
    if (this.#open.includes(name)) failCycle([...this.#open.slice(this.#open.indexOf(name)), name]);
    this.#open.push(name);
    const pieces = kind.plan(target, this.planned, this.#project) as readonly AnyPiece[];
    const tasks = pieces.map((piece) => toTask(kind, target, piece));
    this.#open.pop();
    this.#tasks.push(...tasks);
    const handles = tasks.map((task, i) => ({ id: task.id, name: pieces[i]?.name ?? null, platform: task.platform }));
    this.#handles.set(name, handles);
    return handles;
  }

  #find(id: string): Target {
    return this.#targets.get(id) ?? fail({ code: "unknown-target", kind: "config", message: `No target ${id}` });
  }

  graph(): TaskGraph {
    const graph: TaskGraph = new DirectedGraph({ allowSelfLoops: false });
    for (const task of this.#tasks) graph.addNode(task.id, { task });
    for (const task of this.#tasks) {
      for (const need of new Set([...Object.values(task.needs).flat(), ...task.after])) {
        graph.addDirectedEdgeWithKey(`${need} → ${task.id}`, need, task.id);
      }
    }
    return graph;
  }
}

function toTask(kind: AnyKind, target: Target, piece: AnyPiece): Task {
  const { name, platform = null, spec, needs = {}, after = [], inputs = {}, owns = [], locks = [] } = piece;
  return {
    id: [kind.kind, target.id, name, platform].filter((part) => part != null).join(" "),
    kind,
    target,
    platform,
    spec: spec as Json,
    needs: Object.fromEntries(Object.entries(needs).map(([key, handles]) => [key, idsOf(handles)])),
    after: after.map((handle) => handle.id),
    inputs,
    owns,
    locks,
  };
}

function idsOf(handles: AnyHandles): string | readonly string[] {
  return "id" in handles ? handles.id : handles.map((handle) => handle.id);
}

function failCycle(path: readonly string[]): never {
  fail({ code: "task-cycle", kind: "config", message: `Tasks need each other: ${path.join(" → ")}` });
}
