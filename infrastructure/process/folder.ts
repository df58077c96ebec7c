import { accessSync, constants, mkdirSync } from "node:fs";
import { fail } from "../../src/problem.ts";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "it belongs to another user",
  EPERM: "it belongs to another user",
  EROFS: "the file system is read-only",
  ENOTDIR: "a file is in the way",
  EEXIST: "a file is in the way",
  // What Node says when a folder above it cannot be made.
  ENOENT: "it cannot be made",
};

/**
 * Makes a folder of the tool's own where it is missing, for this user only, and sees that it can be written to.
 *
 * @throws ImagesError `folder-unwritable`; `variable` is what moves the folder elsewhere
 */
export function makeOwnFolder(folder: string, variable: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    const why = reasons[code];
    if (why === undefined) throw error;
    const message = `Cannot write to ${folder}: ${why}`;
    fail({ code: "folder-unwritable", kind: "task", message, fix: `Set ${variable} to a folder of your own` });
  }
}
