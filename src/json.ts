/** Plain JSON, readonly: what specs, inputs and outputs of tasks are made of. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** JSON with keys sorted by code unit and no space: equal values give equal text on every machine. */
export function canonical(value: Json): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  // One text that grows: keys of thousands of tasks are made of this, and lists of parts take half as long again.
  let text = "";
  if (Array.isArray(value)) {
    for (const item of value) text += `${text && ","}${canonical(item)}`;
    return `[${text}]`;
  }
  const record = value as { readonly [key: string]: Json };
  for (const key of Object.keys(record).sort()) {
    text += `${text && ","}${JSON.stringify(key)}:${canonical(record[key] as Json)}`;
  }
  return `{${text}}`;
}
