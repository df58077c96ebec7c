import { availableParallelism } from "node:os";
import * as assert from "uvu/assert";
import { checkPace, limitsOf } from "../../bin/limits.ts";
import { ImagesError } from "../../src/problem.ts";
import { suite } from "../rig/suite.ts";

const test = suite("limits");

test("limitsOf() takes the configuration's limits, and --jobs over them", () => {
  const limits = { build: 7, push: 2 };
  const usual = { judge: 32, render: 8, test: availableParallelism(), network: 8 };
  assert.equal(limitsOf({ limits }, {}), { ...usual, build: 7, push: 2 });
  assert.is(limitsOf({ limits }, { jobs: 3 }).build, 3);
});

test("checkPace() tells of every name that is no queue and no kind", () => {
  try {
    checkPace({ limits: { build: 1, network: 2, push: 1, biuld: 1 }, retry: { test: 1, network: 1 } });
    assert.unreachable();
  } catch (error) {
    assert.instance(error, ImagesError);
    const kinds = "prepare, render, build, archive, test, sbom, manifest, push";
    assert.equal((error as ImagesError).problems, [
      {
        code: "unknown-kind",
        kind: "config",
        path: "limits.biuld",
        message: "Cannot use limits.biuld: there is no such kind of task",
        found: '"biuld"',
        wanted: "build, render, network, test, prepare, archive, sbom, manifest, push",
        fix: 'Did you mean "build"?',
      },
      {
        code: "unknown-kind",
        kind: "config",
        path: "retry.network",
        message: "Cannot use retry.network: there is no such kind of task",
        found: '"network"',
        wanted: kinds,
      },
    ]);
  }
});
