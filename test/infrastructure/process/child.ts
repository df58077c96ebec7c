import { run } from "../../../infrastructure/process/run.ts";
import { start } from "../../../infrastructure/process/start.ts";

// `run COMMAND…` prints what the command printed; `leave COMMAND…` starts it and exits while it runs.
const [what, ...command] = process.argv.slice(2);

if (what === "run") process.stdout.write((await run(command)).stdout);
if (what === "leave") {
  start(command);
  setTimeout(() => process.exit(0), 100);
}
