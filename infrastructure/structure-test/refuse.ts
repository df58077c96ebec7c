import type { TestFile } from "../../src/model/structure-test.ts";
import { ImagesError, type Problem } from "../../src/problem.ts";

/** @throws ImagesError `driver-cannot` for each file that wants of its containers what no step of BuildKit has */
export function refuseOptions(files: readonly TestFile[]): void {
  const problems = files.flatMap((file) => {
    const wanted = beyondSteps(file);
    return wanted.length === 0 ? [] : [problemOf(file, wanted)];
  });
  if (problems.length > 0) throw new ImagesError(problems);
}

function beyondSteps({ containerRunOptions }: TestFile): readonly string[] {
  const { privileged, allocateTty, capabilities, bindMounts } = containerRunOptions;
  return [
    ...(privileged ? ["privileged"] : []),
    ...(allocateTty ? ["allocateTty"] : []),
    ...(capabilities.length > 0 ? ["capabilities"] : []),
    ...(bindMounts.length > 0 ? ["bindMounts"] : []),
  ];
}

function problemOf({ name, source, lines }: TestFile, wanted: readonly string[]): Problem {
  const line = lines.containerRunOptions;
  return {
    code: "driver-cannot",
    kind: "config",
    message: `The driver buildkit has no ${wanted.join(", ")}`,
    path: `${name} containerRunOptions`,
    ...(source === null ? {} : { place: { file: source, ...(line === undefined ? {} : { line }) } }),
    fix: "Run it with the other driver: image-manager test --driver container-structure-test",
  };
}
