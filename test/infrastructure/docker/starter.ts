import { createDind } from "../../../infrastructure/docker/service.ts";
import { problemsOf } from "../../../src/problem.ts";
import { optionsIn } from "./dockerd.ts";

// A command that needs dockerd: prints what is wrong, as JSON.
const service = createDind(optionsIn(process.argv[2] ?? ""));
const wrong = await service.start().then(
  () => [],
  (error: unknown) => problemsOf(error),
);
console.log(JSON.stringify(wrong));
