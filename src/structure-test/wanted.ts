import type { StructureTest } from "../model/structure-test.ts";
import { environmentOf, expand } from "./expand.ts";
import type { ImageConfig, Wanted } from "./facts.ts";

/** What the tests of files need to see of an image. */
export function wantedOf(files: readonly StructureTest[], config: ImageConfig): Wanted {
  const licenses = files.flatMap(({ licenseTests }) => licenseTests);
  return {
    paths: [...new Set(files.flatMap((file) => existencePaths(file, config)))],
    contents: [
      ...new Set([
        ...files.flatMap(({ fileContentTests }) => fileContentTests.map(({ path }) => path)),
        ...licenses.flatMap((test) => test.files),
      ]),
    ],
    debianLicenses: licenses.some(({ debian }) => debian),
  };
}

/** The paths of a file's existence tests, in order; only these may name variables, as in container-structure-test. */
export function existencePaths(file: StructureTest, config: ImageConfig): readonly string[] {
  const values = environmentOf(file, config);
  return file.fileExistenceTests.map(({ path }) => expand(path, values));
}
