import type { Builder } from "../../src/ports.ts";
import { problemsOf } from "../../src/problem.ts";

/** A builder that does a build once more when its daemon went away in the middle; connecting starts a new one. */
export function retryingBuilder(builder: Builder): Builder {
  return {
    build: (request, report, signal) => {
      const lost = () => report({ kind: "log", line: "The connection to buildkitd was lost; building once more" });
      return retryLost(() => builder.build(request, report, signal), lost, signal);
    },
  };
}

/** Does work of a daemon once more when that went away in the middle; `lost` tells of it. */
export async function retryLost<T>(work: () => Promise<T>, lost: () => void, signal: AbortSignal): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted || problemsOf(error)[0]?.code !== "builder-lost") throw error;
    lost();
    return await work();
  }
}
