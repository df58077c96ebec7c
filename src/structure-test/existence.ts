import type { FileExistenceTest } from "../model/structure-test.ts";
import type { FileFacts, Unavailable } from "./facts.ts";
import { permissionsInGo, permissionsOf } from "./permissions.ts";

/** What is wrong with what stands at a path, whose variables are filled in. A link is looked at itself. */
export function existenceErrors(
  test: FileExistenceTest,
  path: string,
  found: FileFacts | Unavailable,
): readonly string[] {
  if ("unavailable" in found) return test.shouldExist ? [found.unavailable] : [];
  if (!test.shouldExist) return [`${path} exists and should not`];
  return [
    ...wrongPermissions(test, path, found),
    ...wrongExecutable(test, path, found),
    ...wrongOwner(path, "user", found.uid, test.uid),
    ...wrongOwner(path, "group", found.gid, test.gid),
  ];
}

function wrongPermissions({ permissions }: FileExistenceTest, path: string, found: FileFacts): readonly string[] {
  const actual = permissionsOf(found);
  const right = permissions === null || permissions === actual || permissions === permissionsInGo(found);
  return right ? [] : [`${path} has permissions ${actual}, wanted ${permissions}`];
}

const executableBits = { any: 0o111, owner: 0o100, group: 0o010, other: 0o001 } as const;
const executors = { any: "anyone", owner: "its owner", group: "its group", other: "others" } as const;

function wrongExecutable(
  { isExecutableBy: who }: FileExistenceTest,
  path: string,
  found: FileFacts,
): readonly string[] {
  if (who === null || found.mode & executableBits[who]) return [];
  return [`${path} has permissions ${permissionsOf(found)}, wanted it executable by ${executors[who]}`];
}

function wrongOwner(path: string, sort: "user" | "group", actual: number, wanted: number | null): readonly string[] {
  return wanted === null || wanted === actual ? [] : [`${path} belongs to ${sort} ${actual}, wanted ${wanted}`];
}
