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

/** What is asked for: kinds for targets, on some platforms only or (null) on all of them. */
export interface Wanted {
  readonly kinds: readonly AnyKind[];
  readonly targets: readonly Target[];
  readonly platforms: readonly Platform[] | null;
}

/**
 * Plans kinds for targets with everything they need, and nothing else.
 *
 * A kind asks for what it needs while it is planned, so the graph is made depth first; asking for what is being
 * planned is a cycle and names its path. Does not deal with keys, stores or order of execution.
 *
 * @throws ImagesError `task-cycle`, `unknown-target`, `platform-incomplete`
 */
export function planTasks(project: PlannedProject, { kinds, targets, platforms }: Wanted): TaskGraph {
  const planner = new Planner(project);
  const handles = targets.flatMap((target) => kinds.flatMap((kind) => planner.planned(kind, target)));
  const roots = handles.filter(({ platform }) => platform === null || (platforms?.includes(platform) ?? true));
  const graph = planner.graph(roots.map(({ id }) => id));
  if (platforms) checkComplete(graph, roots, platforms);
  return graph;
}

/** A task for all platforms of its target, such as an index, cannot be done for some of them. */
function checkComplete(graph: TaskGraph, roots: readonly Handle<unknown>[], platforms: readonly Platform[]): void {
  for (const { id } of roots.filter(({ platform }) => platform === null)) {
    const missing = graph
      .mapInNeighbors(id, (_, { task }) => task.platform)
      .find((needed) => needed && !platforms.includes(needed));
    if (missing)
      fail({
        code: "platform-incomplete",
        kind: "usage",
        message: `${id} needs ${missing}, which --platform leaves out`,
        fix: "Leave --platform away, or build only: image-manager build",
      });
  }
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

  /** The graph of the given tasks and all they need. */
  graph(roots: readonly string[]): TaskGraph {
    const graph: TaskGraph = new DirectedGraph({ allowSelfLoops: false });
    const wanted = new Set(roots);
    // Needs stand before their dependants, so going backwards every dependant is seen first.
    const tasks = this.#tasks
      .toReversed()
      .filter((task) => wanted.has(task.id) && needsOf(task).every((need) => wanted.add(need)));
    for (const task of tasks.toReversed()) graph.addNode(task.id, { task });
    for (const task of tasks) {
      for (const need of new Set(needsOf(task))) graph.addDirectedEdgeWithKey(`${need} → ${task.id}`, need, task.id);
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

function needsOf(task: Task): readonly string[] {
  return [...Object.values(task.needs).flat(), ...task.after];
}

function idsOf(handles: AnyHandles): string | readonly string[] {
  return "id" in handles ? handles.id : handles.map((handle) => handle.id);
}

function failCycle(path: readonly string[]): never {
  fail({ code: "task-cycle", kind: "config", message: `Tasks need each other: ${path.join(" → ")}` });
}
