import * as assert from "uvu/assert";
import { fail, problemsOf } from "../../src/problem.ts";
import { suite } from "../rig/suite.ts";

const test = suite("problems");

test("problemsOf() tells what the system refuses, without a stack", () => {
  const refused = (code: string, path?: string) => problemsOf(Object.assign(new Error("x"), { code, path }));
  assert.equal(refused("EACCES", "/p/dist/a"), [
    {
      code: "no-access",
      kind: "task",
      message: "No access to /p/dist/a: permission denied",
      fix: "See whose it is: what was once made as root stays root's",
    },
  ]);
  assert.is(refused("EROFS", "/p")[0]?.message, "No access to /p: the file system is read-only");
  assert.is(refused("ENOSPC", "/p")[0]?.message, "The disk is full: no room for /p");
  assert.is(refused("EACCES")[0]?.code, "internal");
});

test("problemsOf() gives the problems of an ImagesError, and anything else as internal", () => {
  const problem = { code: "a", kind: "usage", message: "No" } as const;
  try {
    fail(problem);
  } catch (error) {
    assert.equal(problemsOf(error), [problem]);
  }
  assert.equal(problemsOf("text"), [{ code: "internal", kind: "task", message: "text", log: [] }]);
});
