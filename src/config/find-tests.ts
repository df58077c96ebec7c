import { join } from "node:path/posix";
import { type Level, tidy } from "./cells.ts";
import { type Path, writePath } from "./describe.ts";
import { type Convention, type FoundFile, isFile, type Lookup, orTemplate, readFile, search } from "./search.ts";
import { fromStructureTests, type StructureTests, type StructureTestsData } from "./structure-test.ts";

/** Tests before they are rendered and read: a file, or a value of the configuration. */
export type TestSource = FoundFile | (StructureTestsData & { readonly path: Path });

/** The tests of a cell: the image's, the tag's and the variant's add up, whether the variant is layered or not. */
export function findTests(lookup: Lookup): readonly TestSource[] {
  const found = lookup.plan.levels.map((level) => testsOf(level, lookup));
  const kept = found.slice(found.lastIndexOf("none") + 1).filter((list) => list !== "none");
  return kept.flat();
}

/** The tests of a level; "none" also takes away those of the levels before it. */
function testsOf(level: Level, lookup: Lookup): readonly TestSource[] | "none" {
  const said = lookup.settled.at(level, "tests");
  if (said?.value === false) return "none";
  if (said === undefined) return byConvention(level, lookup);
  const entries = [said.value].flat() as readonly (string | StructureTests)[];
  return entries.flatMap((entry) => {
    if (typeof entry !== "string") return [{ ...fromStructureTests(entry), path: said.path }];
    const path = tidy(entry);
    return isFile(lookup, path) ? [readFile(lookup, path)] : tellMissing(path, said.path, lookup);
  });
}

const convention: Convention = { code: "two-test-files", what: "test file", setting: "tests" };

function byConvention(level: Level, lookup: Lookup): readonly TestSource[] {
  const found = search(lookup, placesOf(level, lookup), level, convention);
  return found === undefined ? [] : [found];
}

function placesOf(level: Level, { plan, files }: Lookup): readonly string[] {
  const [image, , variant] = plan.levels;
  const { folder } = plan.image;
  if (level === image) return testFiles(join(folder, "test"));
  if (level !== variant) return [];
  const own = join(folder, plan.variant ?? "");
  // Most variants have no folder: no need to look for each file in it.
  return [
    ...(files.folder(own) ? testFiles(join(own, "test")) : []),
    ...testFiles(join(folder, `test.${plan.variant}`)),
  ];
}

function testFiles(stem: string): readonly string[] {
  return [".yml", ".yaml"].flatMap((ending) => orTemplate(`${stem}${ending}`));
}

function tellMissing(looked: string, path: Path, { plan, report }: Lookup): readonly TestSource[] {
  const message = `Cannot find the tests that ${writePath(path)} names`;
  const fix = "Write it, or name another";
  report({
    path,
    caller: plan.image.caller,
    code: "no-test-file",
    found: `no file ${looked}`,
    looked: [looked],
    fix,
    message,
  });
  return [];
}
