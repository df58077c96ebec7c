import { createRequire } from "node:module";

/** This tool's own version, from its package; the name finds it from the sources and from the compiled code. */
export const version: string = (createRequire(import.meta.url)("image-manager/package.json") as { version: string })
  .version;
