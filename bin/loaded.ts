import type { CommandSettings } from "../infrastructure/process/command.ts";
import type { Archives, Blobs, Builder, Commands, Ports, Registry, Scanner, Tester } from "../src/ports.ts";
import type { LocalServices } from "./services.ts";
import type { WorldSettings } from "./world.ts";

// Ports that only work needs, loaded by their first call: a run that finds nothing to do should not wait for them.

export function loadedBuilder(
  settings: WorldSettings,
  local: LocalServices,
  ports: { readonly registry: Registry; readonly blobs: Blobs },
): Builder {
  let builder: Builder | undefined;
  return {
    build: async (...given) => {
      const { openBuilder } = await import("./builder.ts");
      builder ??= openBuilder(settings, local, ports);
      return await builder.build(...given);
    },
  };
}

export function loadedCommands(settings: CommandSettings): Commands {
  return {
    make: async (...given) => {
      const { createCommands } = await import("../infrastructure/process/command.ts");
      return await createCommands(settings).make(...given);
    },
  };
}

export function loadedArchives(registry: Registry): Archives {
  return {
    dockerArchive: async function* (...given) {
      const { dockerArchive } = await import("../infrastructure/registry/archive.ts");
      yield* dockerArchive(registry, ...given);
    },
  };
}

export function loadedTesters(
  settings: WorldSettings,
  local: LocalServices,
  { registry, archives }: { readonly registry: Registry; readonly archives: Archives },
): Ports["testers"] {
  let steps: Tester | undefined;
  return {
    buildkit: {
      test: async (...given) => {
        const { openStepTester } = await import("./builder.ts");
        steps ??= openStepTester(settings, local, registry);
        return await steps.test(...given);
      },
    },
    "container-structure-test": {
      test: async (...given) => {
        const { openOfficialTester } = await import("./official-tester.ts");
        return await openOfficialTester(settings, local, archives).test(...given);
      },
    },
  };
}

export function loadedScanner(settings: WorldSettings, local: LocalServices, blobs: Blobs): Scanner {
  let scanner: Scanner | undefined;
  return {
    scan: async (...given) => {
      const { openScanner } = await import("./scanner.ts");
      scanner ??= openScanner(settings, local, blobs);
      return await scanner.scan(...given);
    },
  };
}
