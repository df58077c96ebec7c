import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../../src/problem.ts";
import { type Finished, run } from "../process/run.ts";

export interface CheckoutRequest {
  /** The project's folder, absolute. */
  readonly folder: string;
  /** Names a commit: a branch, a tag, a hash, `HEAD~3`. */
  readonly ref: string;
  /** An absolute folder for the files; only what this makes is in it. */
  readonly into: string;
  /** The whole environment of git. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** The files of a commit, and where among them the project lies. */
export interface Checkout {
  /** Hexadecimal. */
  readonly commit: string;
  /** Absolute: the repository's top, as it was. */
  readonly top: string;
  /** The project's folder below the top: `""` or `services/images/`. */
  readonly prefix: string;
}

/**
 * Puts all files of a commit into a folder, as a checkout would: with line endings and filters, which `git archive`
 * and attributes for it would make others. Neither the repository nor its index is touched.
 *
 * @throws ImagesError `no-repository`, `unknown-commit` (also in a shallow clone), `not-a-commit`, `git-failed`
 */
export async function checkOut(request: CheckoutRequest): Promise<Checkout> {
  const { folder, ref, into, environment, signal } = request;
  const git = (words: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Finished> =>
    run(["git", ...words], { cwd: folder, env: { ...environment, LC_ALL: "C", ...more }, signal });
  const place = await git(["rev-parse", "--show-prefix"]);
  if (place.code !== 0) noRepository(request, place);
  const commit = await commitOf(git, ref);
  const [top, index] = [join(into, "files"), { GIT_INDEX_FILE: join(into, "index") }];
  await mkdir(top);
  for (const words of [
    ["read-tree", commit],
    ["checkout-index", "--all", "--quiet", `--prefix=${top}/`],
  ]) {
    const ended = await git(words, index);
    if (ended.code !== 0) gitFailed(ref, ended);
  }
  return { commit, top, prefix: place.stdout.trimEnd() };
}

type Git = (words: readonly string[]) => Promise<Finished>;

async function commitOf(git: Git, ref: string): Promise<string> {
  const verify = (name: string) => git(["rev-parse", "--quiet", "--verify", "--end-of-options", name]);
  const found = await verify(`${ref}^{commit}`);
  if (found.code === 0) return found.stdout.trimEnd();
  const other = await verify(ref);
  const type = other.code === 0 ? (await git(["cat-file", "-t", other.stdout.trimEnd()])).stdout.trimEnd() : "";
  if (type !== "") return notACommit(ref, type);
  const shallow = (await git(["rev-parse", "--is-shallow-repository"])).stdout.trimEnd() === "true";
  const remote = (await verify(`origin/${ref}^{commit}`)).code === 0;
  return unknownCommit(ref, { shallow, remote });
}

function unknownCommit(
  ref: string,
  { shallow, remote }: { readonly shallow: boolean; readonly remote: boolean },
): never {
  const why = shallow ? "this shallow clone does not have it" : "there is no such commit here";
  const fetch = shallow
    ? "git fetch --unshallow; in a pipeline, clone with the whole history (GitHub: fetch-depth: 0, GitLab: GIT_DEPTH: 0)"
    : "Name a branch, a tag or a commit of this repository; 'git fetch' gets those of others";
  return fail({
    code: "unknown-commit",
    kind: "usage",
    message: `Cannot compare with ${ref}: ${why}`,
    fix: remote ? `Did you mean 'origin/${ref}'?` : fetch,
  });
}

function notACommit(ref: string, type: string): never {
  const message = `Cannot compare with ${ref}: it is a ${type} and no commit`;
  return fail({ code: "not-a-commit", kind: "usage", message, fix: "Name a branch, a tag or a commit" });
}

function noRepository({ folder, ref }: CheckoutRequest, ended: Finished): never {
  if (!ended.stderr.includes("not a git repository")) gitFailed(ref, ended);
  return fail({
    code: "no-repository",
    kind: "usage",
    message: `Cannot compare with ${ref}: ${folder} is in no git repository`,
    fix: "Name targets instead of --since",
  });
}

/** For example of a repository that belongs to somebody else: git says what to do. */
function gitFailed(ref: string, { stderr }: Finished): never {
  const log = stderr.trim().split("\n").slice(-10);
  return fail({ code: "git-failed", kind: "usage", message: `Cannot compare with ${ref}: git failed`, log });
}
