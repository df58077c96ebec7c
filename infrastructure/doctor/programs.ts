import { findProgram } from "../tools/find.ts";
import { asRoot, type Finding, type Machine, type Requirement } from "./requirement.ts";

/** Debian packages of programs that are not called like their package. */
const packages: Readonly<Record<string, string>> = {
  busybox: "busybox-static",
  docker: "docker.io",
  dockerd: "docker.io",
  ip: "iproute2",
  newuidmap: "uidmap",
  "qemu-aarch64-static": "qemu-user-static",
};

/** A program that has to be on PATH, from the Debian package that has it. */
export function program(machine: Machine, name: string, why: string): Requirement {
  const debian = packages[name] ?? name;
  return {
    name,
    why,
    needed: "always",
    check: () => lookFor(machine, name),
    fix: { command: asRoot(machine, `apt-get install ${debian}`), debian: [debian] },
  };
}

/** The daemon behind container-structure-test, which others than root run in a container. */
export function dockerd(machine: Machine): Requirement {
  const why = "runs the containers of structure tests";
  if (machine.user.root && machine.system === "linux") return program(machine, "dockerd", why);
  return { ...container(machine), why, needed: "always" };
}

/** Docker or Podman, which only `load` asks for. */
export function container(machine: Machine): Requirement {
  return {
    name: "docker or podman",
    why: "'load' puts images there",
    needed: "optional",
    check: async () => {
      const docker = await lookFor(machine, "docker");
      return docker.ok ? docker : lookFor(machine, "podman");
    },
    fix: { command: asRoot(machine, "apt-get install docker.io") },
  };
}

async function lookFor({ toolbox }: Machine, name: string): Promise<Finding> {
  const file = await findProgram(name, toolbox.environment.PATH ?? "");
  return { ok: file !== undefined, found: file ?? `no ${name} on PATH` };
}
