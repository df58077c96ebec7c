import { emulation } from "./emulation.ts";
import { container, program } from "./programs.ts";
import type { Machine, Requirement } from "./requirement.ts";
import { rootless } from "./rootless.ts";
import { node, npmPackages } from "./runtime.ts";
import { go, tool } from "./tools.ts";

/** Everything this machine must have for what is wanted of it, in the order a person would look at it. */
export function requirements(machine: Machine): readonly Requirement[] {
  return [
    node(),
    npmPackages(),
    go(machine, runsDaemon(machine) ? ["buildctl", "buildkitd"] : ["buildctl"]),
    tool(machine, "buildctl", "hands builds to the builder"),
    ...(runsDaemon(machine) ? daemon(machine) : []),
    ...machine.programs.map((name) => program(machine, name, "a command of the configuration starts it")),
    container(machine),
  ];
}

function daemon(machine: Machine): readonly Requirement[] {
  return [
    tool(machine, "buildkitd", "builds images"),
    tool(machine, "runc", "runs the steps of a build"),
    ...(machine.user.root ? [] : [rootless(machine)]),
    ...emulation(machine),
  ];
}

/** Elsewhere than on Linux the builder runs in a container. */
function runsDaemon({ system, ownBuilder }: Machine): boolean {
  return system === "linux" && ownBuilder;
}
