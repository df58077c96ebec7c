import { readFile } from "node:fs/promises";
import { findProgram } from "../tools/find.ts";
import type { Finding, Machine, Requirement } from "./requirement.ts";

/** What an ordinary user's builder needs: rootlesskit, and identifiers of its own for the users of an image. */
export function rootless(machine: Machine): Requirement {
  const { name } = machine.user;
  const range = "100000-165535";
  return {
    name: "rootless",
    why: "runs the builder without root",
    needed: "always",
    check: () => check(machine),
    fix: {
      command:
        "sudo apt-get install rootlesskit uidmap && " +
        `sudo usermod --add-subuids ${range} --add-subgids ${range} ${name}`,
    },
  };
}

async function check({ user, toolbox }: Machine): Promise<Finding> {
  for (const program of ["rootlesskit", "newuidmap"]) {
    const file = await findProgram(program, toolbox.environment.PATH ?? "");
    if (file === undefined) return { ok: false, found: `no ${program} on PATH` };
  }
  for (const file of ["/etc/subuid", "/etc/subgid"]) {
    const text = await readFile(file, "utf8").catch(() => "");
    const names = text.split("\n").map((line) => line.split(":", 1)[0]);
    if (!names.includes(user.name)) return { ok: false, found: `no range for ${user.name} in ${file}` };
  }
  return { ok: true, found: `rootlesskit, and a range for ${user.name}` };
}
