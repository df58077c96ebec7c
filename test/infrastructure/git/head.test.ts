import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as assert from "uvu/assert";
import { readHead } from "../../../infrastructure/git/head.ts";
import { type Context, suite } from "../../rig/suite.ts";

const test = suite("head of a git repository");

/** A repository with one commit on `feature/a`, and git in it. */
async function repository(t: Context) {
  const folder = await t.folder();
  const git = async (...args: readonly string[]) => {
    const name = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    const { stdout } = await promisify(execFile)("git", ["-C", folder, ...name, ...args]);
    return stdout.trim();
  };
  await git("init", "-q", "-b", "feature/a");
  await git("commit", "-q", "--allow-empty", "-m", "one");
  return { folder, git, commit: await git("rev-parse", "HEAD") };
}

test("readHead() gives commit and branch, from a folder within, too", async (t) => {
  const { folder, commit } = await repository(t);
  assert.equal(readHead(folder), { commit, branch: "feature/a" });
  await mkdir(join(folder, "a/b"), { recursive: true });
  assert.equal(readHead(join(folder, "a/b")), { commit, branch: "feature/a" });
});

test("readHead() reads packed references", async (t) => {
  const { folder, git, commit } = await repository(t);
  await git("tag", "-a", "v1", "-m", "a tag");
  await git("pack-refs", "--all");
  assert.equal(readHead(folder), { commit, branch: "feature/a" });
});

test("readHead() gives no branch when a commit is checked out", async (t) => {
  const { folder, git, commit } = await repository(t);
  await git("checkout", "-q", "--detach");
  assert.equal(readHead(folder), { commit, branch: null });
});

test("readHead() reads a worktree, its reference loose or packed", async (t) => {
  const { folder, git } = await repository(t);
  const tree = join(await t.folder(), "tree");
  await git("worktree", "add", "-q", "-b", "other", tree);
  await git("-C", tree, "commit", "-q", "--allow-empty", "-m", "two");
  const commit = await git("rev-parse", "other");
  assert.equal(readHead(tree), { commit, branch: "other" });
  await git("pack-refs", "--all");
  assert.equal(readHead(tree), { commit, branch: "other" });
  assert.is(readHead(folder).branch, "feature/a");
});

test("readHead() reads a repository with sha256", async (t) => {
  const { folder, git } = await repository(t);
  await rm(join(folder, ".git"), { recursive: true });
  await git("init", "-q", "-b", "main", "--object-format=sha256");
  await git("commit", "-q", "--allow-empty", "-m", "one");
  assert.equal(readHead(folder), { commit: await git("rev-parse", "HEAD"), branch: "main" });
});

test("readHead() gives nothing before the first commit, outside of a repository, and for what it does not know", async (t) => {
  const { folder } = await repository(t);
  const fresh = await t.folder();
  assert.equal(readHead(fresh), { commit: null, branch: null });
  for (const head of ["ref: refs/heads/none\n", "no head\n", "", "ref: refs/heads/.invalid\n"]) {
    await writeFile(join(folder, ".git/HEAD"), head);
    const branch = head.includes("none") ? "none" : null;
    assert.equal(readHead(folder), { commit: null, branch }, head);
  }
  await writeFile(join(fresh, ".git"), "gitdir: nowhere\n");
  assert.equal(readHead(fresh), { commit: null, branch: null });
});
