import { startRegistry } from "../../../infrastructure/registry/server/mod.ts";
import { suite } from "../../rig/suite.ts";
import { conformance } from "./conformance.ts";

const test = suite("registry server");

conformance(test, {
  name: "conformance",
  start: async (t) => t.use(await startRegistry({ folder: await t.folder() })),
  known: {},
});
