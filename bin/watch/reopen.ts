import type { PlannedProject } from "../../src/task.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { openMemory } from "../memory.ts";
import { loadWithFiles } from "../project.ts";
import { openSession, type Session } from "../session.ts";

/** The session with the configuration as it is now. The world stays, unless the configuration asks for another. */
export async function reopenSession(session: Session, context: Context, flags: Flags): Promise<Session> {
  const loaded = await loadWithFiles(context, flags, openMemory(context, flags));
  if (worldOf(loaded.project) !== worldOf(session.project)) return await openSession(context, flags);
  for (const message of loaded.project.notices) {
    if (!session.project.notices.includes(message)) session.notice(message);
  }
  return { ...session, ...loaded };
}

/** What of a configuration decides which adapters there are. */
function worldOf({ registry, cache, targets }: PlannedProject): string {
  return JSON.stringify([registry, cache, targets.map(({ secrets }) => secrets)]);
}
