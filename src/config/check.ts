import * as z from "zod/mini";
import { describe, listNames, nearest, type Path, suggestion } from "./describe.ts";
import type { Caller } from "./place.ts";
import type { Finding, Report } from "./report.ts";

/** A value to check, and what is said of it if it is wrong. */
export interface Checked {
  readonly value: unknown;
  readonly path: Path;
  readonly caller?: Caller | undefined;
}

export interface CheckResult<T> {
  /** Whether nothing was reported. */
  readonly valid: boolean;
  /** The value less what is wrong of it, so that the rest can be looked at as well. */
  readonly right: T | undefined;
}

/** Reports every way in which a value departs from its schema. */
export function check<T>(schema: z.core.$ZodType, { value, path, caller }: Checked, report: Report): CheckResult<T> {
  const result = z.safeParse(schema, value);
  if (result.success) return { valid: true, right: value as T };
  const issues = result.error.issues.filter((issue) => !isMisspelt(issue, result.error.issues));
  for (const issue of issues) report({ ...toFinding(issue, value), path: [...path, ...issue.path], caller });
  return { valid: false, right: prune(schema, value) as T | undefined };
}

function toFinding(issue: z.core.$ZodIssue, value: unknown): Omit<Finding, "path"> {
  const key = String(issue.path.at(-1));
  const found = valueAt(value, issue.path);
  if (isUnknownKey(issue)) {
    const { known } = issue.params;
    const way = nearest(key, known) ? suggestion(key, known) : { wanted: `one of ${listNames(known, 40)}` };
    return { code: "unknown-key", found: `the key ${JSON.stringify(key)}`, ...way };
  }
  if (issue.code === "invalid_key") {
    const wanted = issue.issues[0]?.message ?? issue.message;
    return { code: "invalid-key", found: `the key ${JSON.stringify(key)}`, wanted };
  }
  const hint =
    issue.code === "invalid_value" && typeof found === "string" ? suggestion(found, issue.values.map(String)) : {};
  return {
    code: found === undefined ? "missing-value" : "invalid-value",
    found: describe(found),
    wanted: issue.message,
    ...hint,
  };
}

interface UnknownKey {
  readonly params: { readonly known: readonly string[] };
}

function isUnknownKey(issue: z.core.$ZodIssue): issue is z.core.$ZodIssue & UnknownKey {
  return issue.code === "custom" && issue.params?.known !== undefined;
}

/** Whether a missing value is there under a misspelt key, which is told already. */
function isMisspelt(missing: z.core.$ZodIssue, issues: readonly z.core.$ZodIssue[]): boolean {
  const folder = missing.path.slice(0, -1).join("\0");
  const key = String(missing.path.at(-1));
  return issues.some(
    (issue) =>
      isUnknownKey(issue) &&
      issue.path.slice(0, -1).join("\0") === folder &&
      nearest(String(issue.path.at(-1)), issue.params.known) === key,
  );
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (at as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key], value);
}

/** Leaves out what is wrong, and what is wrong without it, until the rest is right. */
function prune(schema: z.core.$ZodType, value: unknown): unknown {
  if (value === undefined) return undefined;
  const { error } = z.safeParse(schema, value);
  if (error === undefined) return value;
  return prune(schema, error.issues.map((issue) => issue.path).reduce<unknown>(without, value));
}

/** A copy without what lies at the path; where something required is missing there, without its owner. */
function without(value: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return undefined;
  if (Array.isArray(value)) return value.flatMap((item, index) => (index === key ? keep(without(item, rest)) : [item]));
  if (typeof value !== "object" || value === null) return undefined;
  const record = value as Readonly<Record<PropertyKey, unknown>>;
  if (rest.length === 0 && record[key] === undefined) return undefined;
  const inner = without(record[key], rest);
  const others = Object.entries(record).filter(([name]) => name !== key);
  return Object.fromEntries(inner === undefined ? others : [...others, [key, inner]]);
}

function keep(item: unknown): readonly unknown[] {
  return item === undefined ? [] : [item];
}
