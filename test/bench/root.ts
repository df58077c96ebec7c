import { access, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { readEnvironment } from "../../bin/environment.ts";
import { start } from "../../infrastructure/process/start.ts";

/** Path of a tar with Debian's essential packages, 140 MB. Made once and kept beside the tools. */
export async function obtainRoot(): Promise<string> {
  const { folders } = readEnvironment(process.env);
  const place = join(folders.cache, "bench");
  const tar = join(place, "bookworm.tar");
  if (await access(tar).then(() => true, () => false)) return tar; // biome-ignore format: one question
  console.error("Making a Debian root (half a minute)");
  await mkdir(place, { recursive: true });
  const unfinished = join(place, `bookworm-${process.pid}.tar`);
  const making = start(["mmdebstrap", "--variant=essential", "--skip=output/dev", "bookworm", unfinished]);
  const { code } = await making.done;
  if (code !== 0) throw new Error(`Cannot make a Debian root:\n${making.tail.join("\n")}`);
  await rename(unfinished, tar);
  return tar;
}
