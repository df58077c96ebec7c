import type { CellPlan } from "./cells.ts";
import { replaceNames, type Settled } from "./settle.ts";
import type { Values } from "./types.ts";

const prefix = "org.opencontainers.image.";

/**
 * The labels of a cell. Title and version are always there: an image would else have those of its base.
 *
 * Keys are those of the OCI image-spec (annotations.md).
 */
export function labelsOf({ image, tag }: CellPlan, settled: Settled): Values {
  const { description, licenses } = image.spec;
  const said = Object.entries({ title: image.name, description, version: tag, licenses }).filter(
    ([, value]) => value !== undefined,
  );
  const own = Object.fromEntries(said.map(([key, value]) => [`${prefix}${key}`, value as string]));
  return replaceNames({ ...own, ...settled.merged("labels") }, image.name, tag);
}

/** The annotations of the index: the OCI labels, and the version that decides whether an alias moves backwards. */
export function annotationsOf({ tag }: CellPlan, labels: Values): Values {
  const shared = Object.entries(labels).filter(([key]) => key.startsWith(prefix));
  return { ...Object.fromEntries(shared), [`${prefix}version`]: tag };
}
