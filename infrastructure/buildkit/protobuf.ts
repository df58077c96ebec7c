// The wire format of Protocol Buffers, as far as LLB takes it. Every function gives one field with its number.

const wireType = { varint: 0, lengthDelimited: 2 } as const;

/** An integer from 0, or a boolean as 0 or 1. */
export function integer(number: number, value: number): Buffer {
  return Buffer.concat([tag(number, wireType.varint), varint(value)]);
}

/** A message made of these fields, or bytes as they are. */
export function message(number: number, ...fields: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(fields);
  return Buffer.concat([tag(number, wireType.lengthDelimited), varint(content.length), content]);
}

/** A text as UTF-8. */
export function text(number: number, value: string): Buffer {
  return message(number, Buffer.from(value));
}

/** A repeated text: the field stands once for each. */
export function texts(number: number, values: readonly string[]): readonly Buffer[] {
  return values.map((value) => text(number, value));
}

/** An entry of a map from texts. */
export function entry(number: number, key: string, value: Uint8Array): Buffer {
  return message(number, text(1, key), message(2, value));
}

function tag(number: number, type: number): Buffer {
  return varint(number * 8 + type);
}

/** Seven bits a byte, the lowest first; the highest bit says that more follow. */
function varint(value: number): Buffer {
  const groups: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) groups.push((rest % 128) + 128);
  return Buffer.from([...groups, rest]);
}
