import { emulation } from "./emulation.ts";
import { container, dockerd, program } from "./programs.ts";
import type { Machine, Requirement } from "./requirement.ts";
import { rootless } from "./rootless.ts";
import { node, npmPackages } from "./runtime.ts";
import { buildkit, further, garage, go, runc } from "./tools.ts";

/** Everything this machine must have for what is wanted of it, in the order a person would look at it. */
export function requirements(machine: Machine): readonly Requirement[] {
  // Elsewhere than on Linux the builder runs in a container.
  const daemon = machine.system === "linux" && machine.ownBuilder;
  const foreign = emulation(machine);
  const names = daemon ? (["buildctl", "buildkitd"] as const) : (["buildctl"] as const);
  return [
    node(),
    npmPackages(),
    go(machine, [...names, ...machine.tools]),
    buildkit(machine, names),
    ...machine.tools.map((name) => further(machine, name)),
    ...(machine.garage === "no" ? [] : [garage(machine, machine.garage)]),
    ...(daemon ? forDaemon(machine) : []),
    ...machine.programs.map((name) => program(machine, name, "a declared command starts it")),
    ...(foreign.length > 0 && machine.programs.includes("mmdebstrap") ? [archTest(machine)] : []),
    ...(machine.ownDocker ? [dockerd(machine)] : []),
    container(machine),
  ];
}

/** mmdebstrap makes roots for foreign platforms only where it can ask this program whether they run. */
function archTest(machine: Machine): Requirement {
  return program(machine, "arch-test", "mmdebstrap needs it for foreign platforms");
}

function forDaemon(machine: Machine): readonly Requirement[] {
  return [runc(machine), ...(machine.user.root ? [] : [rootless(machine)]), ...emulation(machine)];
}
