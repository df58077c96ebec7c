import { hash } from "node:crypto";
import { canonical, type Json } from "../json.ts";
import type { Task } from "./plan.ts";

/** Identities of resolved inputs, or outputs of needs, by name. */
export type Parts = Readonly<Record<string, Json>>;

/** What a key is made from. */
export type Material = {
  readonly schema: number;
  readonly kind: string;
  readonly version: number;
  readonly spec: Json;
  readonly platform: string | null;
  readonly inputs: Parts;
  readonly needs: Parts;
};

/**
 * Everything a task's result depends on, as one JSON value.
 *
 * Needs count by what they gave, not by their keys: a parent that is built again to the same digest changes nothing
 * behind it. Never in here: the time, the machine, an absolute path, an environment variable that is not declared.
 */
export function materialOf(task: Task, inputs: Parts, needs: Parts): Material {
  const { kind, spec, platform } = task;
  return { schema: 1, kind: kind.kind, version: kind.version, spec, platform, inputs, needs };
}

/** The key of finished work: hexadecimal sha256 of its material's canonical JSON. */
export function keyOf(material: Json): string {
  return sha256(canonical(material));
}

/** Hexadecimal sha256 of a text's UTF-8. */
export function sha256(text: string): string {
  return hash("sha256", text);
}
