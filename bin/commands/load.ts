import { loadArchive } from "../../infrastructure/registry/load.ts";
import { planTasks } from "../../src/graph/plan.ts";
import type { Json } from "../../src/json.ts";
import { type BuildOutput, build, repositoryAt } from "../../tasks/build.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { hostPlatform } from "../platform.ts";
import { openSession, wantedOf } from "../session.ts";
import { statusOf } from "../status.ts";
import { runRecorded } from "./run.ts";

/** Builds targets and streams them into the running Docker or Podman: this machine's platform unless one is named. */
export async function load(context: Context, patterns: readonly string[], flags: Flags): Promise<number> {
  await using session = await openSession(context, flags);
  const wanted = wantedOf(session, [build], patterns, { ...flags, platform: flags.platform ?? [hostPlatform] });
  const graph = planTasks(session.project, wanted);
  const { summary, outputs } = await runRecorded(context, session, graph, flags);
  if (summary.problems.length > 0) return statusOf(summary.problems);
  const { home, archives } = session.world.ports;
  for (const target of wanted.targets) {
    const built = outputOf(outputs, `build ${target.id} ${wanted.platforms?.[0]}`);
    const name = `${home.address}/${home.prefix}${target.repository}:${target.reference}`;
    const content = archives.dockerArchive(repositoryAt(home, built.repository), built.digest, name, context.signal);
    await loadArchive(content, context.environment.variables, context.signal);
    context.print(`Loaded ${name}`);
  }
  return 0;
}

function outputOf(outputs: ReadonlyMap<string, Json>, id: string): BuildOutput {
  return outputs.get(id) as unknown as BuildOutput;
}
