import * as assert from "uvu/assert";
import { createBuildkitd } from "../../../infrastructure/buildkit/service.ts";
import { type ImagesError, problemsOf } from "../../../src/problem.ts";
import { suite } from "../../rig/suite.ts";
import { freshDaemon, optionsIn, PATH, rootSuite } from "./daemon.ts";

const test = rootSuite(suite("createBuildkitd()"));

test("createBuildkitd() only connects to the daemon that BUILDKIT_HOST names", async (t) => {
  const { service } = await freshDaemon(t);
  const { address } = await service.start();
  const foreign = createBuildkitd(optionsIn(await t.folder(), { environment: { PATH, BUILDKIT_HOST: address } }));
  const state = { name: "buildkitd", state: "running", address, mode: "foreign" };
  assert.equal([await foreign.start(), await foreign.status(), await foreign.stop()], [state, state, false]);
  assert.is((await service.status()).state, "running");
});

test("createBuildkitd() says so when nothing answers at BUILDKIT_HOST", async (t) => {
  const BUILDKIT_HOST = "tcp://127.0.0.1:1";
  const foreign = createBuildkitd(optionsIn(await t.folder(), { environment: { PATH, BUILDKIT_HOST } }));
  const failure = await foreign.start().catch((error: ImagesError) => error);
  assert.equal(problemsOf(failure), [
    {
      code: "builder-unreachable",
      kind: "service",
      message: "BuildKit not reachable at tcp://127.0.0.1:1",
      fix: "Start it, or unset BUILDKIT_HOST to have one started",
    },
  ]);
  assert.is((await foreign.status()).state, "unreachable");
});
