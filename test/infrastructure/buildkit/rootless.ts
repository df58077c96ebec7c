import { createBuildkitd } from "../../../infrastructure/buildkit/service.ts";
import { run } from "../../../infrastructure/process/run.ts";
import { problemsOf } from "../../../src/problem.ts";
import { buildCommand } from "./daemon.ts";

// Becomes an ordinary user, who need not be able to read this folder, and builds with a daemon of its own.
const [user = "", folder = "", bin = "", runc = "", context = ""] = process.argv.slice(2);
const ids = await Promise.all(["-u", "-g"].map((which) => run(["id", which, user])));
process.setgroups?.([]);
process.setgid?.(Number(ids[1]?.stdout));
process.setuid?.(Number(ids[0]?.stdout));
process.chdir(folder);

const tool = async (name: string): Promise<string> => (name === "runc" ? runc : `${bin}/${name}`);
const service = createBuildkitd({
  paths: { runtime: `${folder}/run`, state: `${folder}/state` },
  tool,
  environment: { PATH: process.env.PATH, HOME: folder },
  insecureRegistries: [],
  credentials: null,
  emit: () => {},
});
try {
  const started = await service.start();
  const built = await run(buildCommand(await tool("buildctl"), started.address, context));
  const again = await service.start();
  console.log(JSON.stringify({ started, again, stopped: await service.stop(), built }));
} catch (error) {
  console.log(JSON.stringify({ problems: problemsOf(error), status: await service.status() }));
}
