import type { TestFile } from "../model/structure-test.ts";
import type { TestResult } from "../ports.ts";
import { contentErrors } from "./content.ts";
import { existenceErrors } from "./existence.ts";
import { factOf, type ImageFacts } from "./facts.ts";
import { licenseErrors } from "./license.ts";
import { metadataErrors } from "./metadata.ts";
import { existencePaths } from "./wanted.ts";

/** A test that needs no container: its place in the file, its name, and what was wrong. */
type Checked = Pick<TestResult, "at" | "name" | "errors">;

/** The results of a file's tests that need no container: existence, content, metadata, licenses, in this order. */
export function checkFacts(file: TestFile, facts: ImageFacts): readonly TestResult[] {
  const checked = [
    ...checkExistence(file, facts),
    ...checkContents(file, facts),
    ...checkMetadata(file, facts),
    ...checkLicenses(file, facts),
  ];
  return checked.map((test) => ({ file: file.name, ...test, stdout: "", stderr: "", duration: 0 }));
}

function checkExistence(file: TestFile, { config, files }: ImageFacts): readonly Checked[] {
  const paths = existencePaths(file, config);
  return file.fileExistenceTests.map((test, i) => {
    const path = paths[i] as string;
    const errors = existenceErrors(test, path, factOf(files, path));
    return { at: `fileExistenceTests[${i}]`, name: test.name, errors };
  });
}

function checkContents({ fileContentTests }: TestFile, { contents }: ImageFacts): readonly Checked[] {
  return fileContentTests.map((test, i) => {
    return { at: `fileContentTests[${i}]`, name: test.name, errors: contentErrors(test, factOf(contents, test.path)) };
  });
}

function checkMetadata({ metadataTest }: TestFile, { config }: ImageFacts): readonly Checked[] {
  if (metadataTest === null) return [];
  return [{ at: "metadataTest", name: "metadata", errors: metadataErrors(metadataTest, config) }];
}

function checkLicenses({ licenseTests }: TestFile, facts: ImageFacts): readonly Checked[] {
  return licenseTests.map((test, i) => {
    return { at: `licenseTests[${i}]`, name: "licenses", errors: licenseErrors(test, facts) };
  });
}
