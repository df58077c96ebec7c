import type { AnyKind } from "../src/task.ts";
import { archive } from "./archive.ts";
import { build } from "./build.ts";
import { manifest } from "./manifest.ts";
import { prepare } from "./prepare.ts";
import { push } from "./push.ts";
import { render } from "./render.ts";
import { sbom } from "./sbom.ts";
import { test } from "./test.ts";

/** Every kind of task, in the order of the pipeline. Planner, command line and reporters read this list. */
export const kinds: readonly AnyKind[] = [prepare, render, build, archive, test, sbom, manifest, push];
