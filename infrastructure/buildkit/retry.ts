import type { Builder } from "../../src/ports.ts";
import { problemsOf } from "../../src/problem.ts";

/** A builder that does a build once more when its daemon went away in the middle; connecting starts a new one. */
export function retryingBuilder(builder: Builder): Builder {
  return {
    build: async (request, report, signal) => {
      try {
        return await builder.build(request, report, signal);
      } catch (error) {
        if (signal.aborted || problemsOf(error)[0]?.code !== "builder-lost") throw error;
        report({ kind: "log", line: "The connection to buildkitd was lost; building once more" });
        return await builder.build(request, report, signal);
      }
    },
  };
}
