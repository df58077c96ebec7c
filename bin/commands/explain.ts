import { keysBeginning } from "../../infrastructure/store/keys.ts";
import { formatComparison, formatExplanation } from "../../infrastructure/terminal/explain.ts";
import { nearest } from "../../src/config/describe.ts";
import { type Comparison, compare } from "../../src/explain/differences.ts";
import { explain as explainTasks } from "../../src/explain/explain.ts";
import { planTasks } from "../../src/graph/plan.ts";
import type { Stored } from "../../src/ports.ts";
import { fail } from "../../src/problem.ts";
import type { AnyKind } from "../../src/task.ts";
import { kinds } from "../../tasks/mod.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { limitsOf } from "../limits.ts";
import { noticesTo } from "../reporter.ts";
import { openSession, type Session, wantedOf } from "../session.ts";

/** Says whether tasks would run and why; with --from and --to what two stored keys differ in. */
export async function explain(context: Context, operands: readonly string[], flags: Flags): Promise<number> {
  const { from, to } = flags;
  const keys = from !== undefined && to !== undefined ? { from, to } : null;
  const asked = keys ? null : askedFor(operands, flags);
  await using session = await openSession(context, { ...flags, dryRun: true });
  session.listen(noticesTo(context.printError));
  if (keys) await explainKeys(context, session, keys, flags);
  else if (asked) await explainKind(context, session, asked, flags);
  return 0;
}

/** What the operands say: a kind, and targets as everywhere else. */
interface Asked {
  readonly kind: AnyKind;
  readonly patterns: readonly string[];
}

/** @throws ImagesError `unknown-kind`, and `explain-what` when half of the question is missing */
function askedFor([name, ...patterns]: readonly string[], { from, to }: Flags): Asked {
  if (name === undefined || patterns.length === 0 || from !== undefined || to !== undefined)
    return fail({
      code: "explain-what",
      kind: "usage",
      message: "'explain' takes a kind and targets, or two keys",
      fix: "image-manager explain build node:24.11.0, or image-manager explain --from KEY --to KEY",
    });
  const names = kinds.map(({ kind }) => kind);
  const kind = kinds.find(({ kind }) => kind === (name === "generate" ? "render" : name));
  if (kind) return { kind, patterns };
  const near = nearest(name, names);
  const fix = near === undefined ? `One of: ${names.join(", ")}` : `Did you mean '${near}'?`;
  return fail({ code: "unknown-kind", kind: "usage", message: `No kind of task is called '${name}'`, fix });
}

/** @throws ImagesError `no-task` when none of the targets has anything to do of that kind: no tests, no SBOM */
async function explainKind(context: Context, session: Session, { kind, patterns }: Asked, flags: Flags): Promise<void> {
  const wanted = wantedOf(session, [kind], patterns, flags);
  const graph = planTasks(session.project, wanted);
  const targets = new Set(wanted.targets.map(({ id }) => id));
  const options = { limits: limitsOf(session.project, flags), signal: context.signal };
  const explanations = await explainTasks(
    graph,
    session.world,
    (task) => task.kind.kind === kind.kind && targets.has(task.target.id) && isWanted(task.platform, wanted.platforms),
    options,
  );
  if (explanations.length === 0)
    fail({ code: "no-task", kind: "usage", message: `${patterns.join(", ")} has nothing to ${kind.kind}` });
  if (flags.json) return context.print(JSON.stringify({ tasks: explanations.map(withoutValues) }, null, 2));
  context.print(explanations.map(formatExplanation).join("\n\n"));
}

/** A task for all platforms of its target is wanted whatever the platform. */
function isWanted(platform: string | null, wanted: readonly string[] | null): boolean {
  return platform === null || (wanted?.includes(platform) ?? true);
}

async function explainKeys(
  context: Context,
  session: Session,
  keys: { readonly from: string; readonly to: string },
  flags: Flags,
): Promise<void> {
  const [from, to] = [await stored(context, session, keys.from), await stored(context, session, keys.to)];
  const comparison = compare(from.entry, to.entry);
  if (!flags.json) return context.print(formatComparison(comparison));
  const { key: before, task, made } = from.entry;
  const ends = {
    from: { key: before, task, made },
    to: { key: to.entry.key, task: to.entry.task, made: to.entry.made },
  };
  context.print(JSON.stringify({ ...ends, ...withoutValues(comparison) }, null, 2));
}

/** Of what is the same the names are enough, and a variable's hash is nobody's business. */
function withoutValues<C extends Comparison>(comparison: C) {
  return { ...comparison, same: comparison.same.map(({ sort, name }) => ({ sort, name })) };
}

/** What is stored under a key, or under the only one that begins so. */
async function stored(context: Context, { world }: Session, digits: string): Promise<Stored> {
  if (!/^[0-9a-f]{4,64}$/.test(digits))
    fail({
      code: "invalid-key",
      kind: "usage",
      message: `'${digits}' is no key`,
      wanted: "4 to 64 hexadecimal digits",
    });
  const [key, ...others] = await keysLike(context, world.history, digits);
  if (others.length > 0)
    fail({ code: "ambiguous-key", kind: "usage", message: `${others.length + 1} keys begin with '${digits}'` });
  const found = key === undefined ? undefined : await world.store.get(key);
  const fix = "'image-manager explain build node:24.11.0' names the key of what was made last";
  return (
    found ?? fail({ code: "unknown-key", kind: "usage", message: `No finished work has the key '${digits}'`, fix })
  );
}

/** Only stores on this machine can be listed; another's work has to be named by its whole key. */
async function keysLike(
  { environment: { folders } }: Context,
  history: Session["world"]["history"],
  digits: string,
): Promise<readonly string[]> {
  if (digits.length === 64) return [digits];
  const seen = Object.values(await history.load()).flatMap(({ key }) => (key?.startsWith(digits) ? [key] : []));
  return [...new Set([...keysBeginning(folders.cache, digits), ...seen])];
}
