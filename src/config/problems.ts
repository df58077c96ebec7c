import { ImagesError, type Problem } from "../problem.ts";
import type { CellPlan } from "./cells.ts";
import { writePath } from "./describe.ts";
import { type Desk, type Report, relative, toProblem } from "./report.ts";

/** Collects problems; what several targets have in common is told once. */
export class Problems {
  readonly #desk: Desk;
  readonly #byIdentity = new Map<string, Problem>();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  readonly report: Report = (finding) => {
    const problem = toProblem(finding, this.#desk);
    this.#keep(identify(problem), problem);
  };

  /**
   * Adds a problem that was thrown for a target and says where the target is written. What is wrong at one place of a
   * Dockerfile is so for all targets of that Dockerfile.
   */
  adopt(problem: Problem, plan: CellPlan): void {
    const path = writePath(plan.path);
    const place = relative(plan.image.caller(), this.#desk.root);
    const { code, found = problem.message.replaceAll(plan.id, "") } = problem;
    const identity = problem.place === undefined ? identify({ path, ...problem }) : [code, problem.place, found];
    this.#keep(identity, { path, ...(place === undefined ? {} : { place }), ...problem });
  }

  #keep(identity: unknown, problem: Problem): void {
    const key = JSON.stringify(identity);
    if (!this.#byIdentity.has(key)) this.#byIdentity.set(key, problem);
  }

  throwAny(): void {
    if (this.#byIdentity.size > 0) throw new ImagesError([...this.#byIdentity.values()].sort(byPlace));
  }
}

function identify({ code, path, found, wanted, looked }: Problem): readonly unknown[] {
  return [code, path, found, wanted, looked];
}

/** As they are read from top to bottom; first what has no place. */
function byPlace({ place: a }: Problem, { place: b }: Problem): number {
  const [left, right] = [a?.file ?? "", b?.file ?? ""];
  if (left !== right) return left < right ? -1 : 1;
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}
