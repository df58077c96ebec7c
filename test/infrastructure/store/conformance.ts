import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { encodeEntry } from "../../../infrastructure/store/encoding.ts";
import type { Blob, Entry } from "../../../src/entry.ts";
import type { Context, Suite } from "../../rig/suite.ts";
import { entryOf } from "./entries.ts";

/** A store as its conformance is tested: what it is asked, and what lies in it. */
export interface Subject {
  /** As another process sees it: nothing is remembered between two of them. */
  view(): Promise<View>;
  /** The stored text of an entry or bytes of a blob, and others in their place. */
  read(name: Name): Promise<Buffer>;
  write(name: Name, bytes: string | Uint8Array): Promise<void>;
}

export interface View {
  get(key: string): Promise<Entry | undefined>;
  put(entry: Entry): Promise<void>;
  /** Stores a file of `folder()`. */
  keep(file: string): Promise<Blob>;
  has(blob: Blob): Promise<boolean>;
  /** Path of a file with a blob's bytes. */
  fetch(blob: Blob): Promise<string | undefined>;
  /** Where files may be that it is given. */
  folder(): Promise<string>;
  /** How often it was told of entries of a later version. */
  newer(): number;
}

export type Name = { readonly key: string } | Blob;

/** What every store has to do, whatever it keeps things in. */
export function conforms(test: Suite, open: Open): void {
  keepsEntries(test, open);
  keepsBlobs(test, open);
}

type Open = (t: Context) => Promise<Subject>;

function keepsEntries(test: Suite, open: Open): void {
  test("get() gives what put() kept, from another process's view", async (t) => {
    const subject = await open(t);
    const entry = entryOf("größe", { output: { text: "ä\n\u2028\"'", list: [1, null, true] } });
    await (await subject.view()).put(entry);
    assert.equal(await (await subject.view()).get(entry.key), entry);
    assert.is(await (await subject.view()).get(entryOf("b").key), undefined);
  });

  test("get() takes entries for a miss that are torn, swapped, of another key or no entries", async (t) => {
    const subject = await open(t);
    const view = await subject.view();
    const entry = entryOf("a");
    const whole = encodeEntry(entry).toString();
    const others = {
      torn: whole.slice(0, -10),
      "without its first line": whole.slice(0, 64),
      empty: "",
      "with a byte swapped": whole.replace('"name":"a"', '"name":"b"'),
      "of another key": encodeEntry(entryOf("b")),
      "of this key, made from something else": encodeEntry(entryOf("a", { material: { kind: "build", name: "b" } })),
      "of an older version": encodeEntry({ ...entry, schema: 1 } as unknown as Entry),
      "no JSON": `${createHash("sha256").update("{").digest("hex")}\n{`,
      "no object": `${createHash("sha256").update("null").digest("hex")}\nnull`,
    };
    for (const [what, text] of Object.entries(others)) {
      await subject.write({ key: entry.key }, text);
      assert.is(await (await subject.view()).get(entry.key), undefined, what);
    }
    await view.put(entry);
    assert.equal(await (await subject.view()).get(entry.key), entry);
    assert.is(view.newer(), 0);
  });

  test("get() ignores what a later version has written, says so, and leaves it there", async (t) => {
    const subject = await open(t);
    const entry = entryOf("a");
    const text = encodeEntry({ ...entry, schema: 3, more: true } as unknown as Entry).toString();
    await subject.write({ key: entry.key }, text);
    const view = await subject.view();
    assert.is(await view.get(entry.key), undefined);
    assert.is(view.newer(), 1);
    assert.is((await subject.read({ key: entry.key })).toString(), text);
  });

  test("put() by two writers at once leaves one of the two entries, whole", async (t) => {
    const subject = await open(t);
    const [one, two] = [await subject.view(), await subject.view()];
    const [a, b] = ["one", "two"].map((output) => entryOf("a", { output: output.repeat(20_000) })) as [Entry, Entry];
    await Promise.all([1, 2, 3].flatMap(() => [one.put(a), two.put(b)]));
    const found = await (await subject.view()).get(a.key);
    assert.ok([a.output, b.output].includes(found?.output ?? null));
  });
}

function keepsBlobs(test: Suite, open: Open): void {
  for (const [what, size] of Object.entries({ empty: 0, small: 1000, "of several parts": 20_000_000 })) {
    test(`a blob that is ${what} comes back as it was kept`, async (t) => {
      const subject = await open(t);
      const { blob, bytes } = await kept(await subject.view(), size);
      assert.equal(blob, { sha256: createHash("sha256").update(bytes).digest("hex"), size });
      const other = await subject.view();
      assert.is(await other.has(blob), true);
      assert.is(bytes.compare(await readFile((await other.fetch(blob)) ?? "")), 0);
    });
  }

  test("a blob is not there when it never was, was truncated, or has other bytes", async (t) => {
    const subject = await open(t);
    const { blob, bytes } = await kept(await subject.view(), 1000);
    const absent = { sha256: createHash("sha256").update("").digest("hex"), size: 1 };
    assert.is(await (await subject.view()).has(absent), false);
    assert.is(await (await subject.view()).fetch(absent), undefined);
    await subject.write(blob, bytes.subarray(1));
    assert.is(await (await subject.view()).has(blob), false);
    assert.is(await (await subject.view()).fetch(blob), undefined);
    await subject.write(blob, randomBytes(1000));
    assert.is(await (await subject.view()).fetch(blob), undefined);
  });
}

async function kept(view: View, size: number): Promise<{ readonly blob: Blob; readonly bytes: Buffer }> {
  const bytes = randomBytes(size);
  const file = join(await view.folder(), "file");
  await writeFile(file, bytes);
  return { blob: await view.keep(file), bytes };
}
