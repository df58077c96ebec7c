import { createLocalBuildkitd } from "../../../infrastructure/buildkit/daemon.ts";
import { optionsIn } from "./daemon.ts";

// A command that needs buildkitd: prints the process id of the one it got.
const state = await createLocalBuildkitd(optionsIn(process.argv[2] ?? ""), "native").start();
console.log(state.pid);
