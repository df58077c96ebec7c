import type { Context, Suite } from "../../rig/suite.ts";
import { blobs } from "./conformance/blobs.ts";
import { chunks } from "./conformance/chunks.ts";
import { deletes } from "./conformance/deletes.ts";
import { indexes } from "./conformance/indexes.ts";
import { manifests } from "./conformance/manifests.ts";
import { mounts } from "./conformance/mounts.ts";
import { names } from "./conformance/names.ts";
import { referrers } from "./conformance/referrers.ts";
import { type Case, createRepository } from "./conformance/repository.ts";
import { tags } from "./conformance/tags.ts";
import { uploads } from "./conformance/uploads.ts";

export interface Implementation {
  /** Begins the tests' names. */
  readonly name: string;
  /** Starts an empty registry, once for all cases; gives its base URL, without a slash at the end. */
  start(t: Context): Promise<{ readonly url: string }>;
  /** Cases that fail, and why. They are run all the same, and have to fail. */
  readonly known: Readonly<Record<string, string>>;
}

/** What a registry has to do (OCI distribution-spec 1.1, with what 1.2 adds so far), by name. */
export const cases: Readonly<Record<string, Case>> = {
  ...blobs,
  ...uploads,
  ...chunks,
  ...mounts,
  ...manifests,
  ...indexes,
  ...tags,
  ...referrers,
  ...deletes,
  ...names,
};

/** Registers every case as a test of a suite, each with repositories of its own. */
export function conformance(test: Suite, { name, start, known }: Implementation): void {
  let base = "";
  test.before(async (t) => {
    base = (await start(t)).url;
  });
  Object.entries(cases).forEach(([title, run], index) => {
    const reason = known[title];
    const repository = () => createRepository(base, `conformance/case-${index}`);
    if (reason === undefined) test(`${name}: ${title}`, () => run(repository()));
    else test(`${name}: known to fail: ${title} (${reason})`, () => mustFail(run(repository())));
  });
  test(`${name}: what is known to fail are cases`, () => {
    const strange = Object.keys(known).filter((title) => !(title in cases));
    if (strange.length > 0) throw new Error(`No such cases: ${strange.join(", ")}`);
  });
}

/** A list of exceptions that nobody checks grows stale. */
async function mustFail(running: Promise<void>): Promise<void> {
  const passed = await running.then(
    () => true,
    () => false,
  );
  if (passed) throw new Error("It passes: take it off the list of known failures");
}
