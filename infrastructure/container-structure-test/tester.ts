import type { Archives, Locks, Tester, TestRequest, TestResult } from "../../src/ports.ts";
import { createDocker } from "../docker/api.ts";
import { loadImage } from "../docker/loaded.ts";
import { makeScratch } from "../process/scratch.ts";
import { testFile } from "./program.ts";

export interface OfficialTesterSettings {
  /** Starts or finds the Docker daemon and gives the value of DOCKER_HOST for it. */
  readonly docker: (signal: AbortSignal) => Promise<string>;
  /** Path of container-structure-test. */
  readonly program: () => Promise<string>;
  readonly archives: Archives;
  readonly locks: Locks;
  /** The project's folder, absolute. */
  readonly project: string;
  /** Folder for files that last as long as a test. */
  readonly scratch: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs structure tests by the official program, on the image loaded into a Docker daemon. */
export function createOfficialTester(settings: OfficialTesterSettings): Tester {
  return {
    test: async (request, report, signal) => {
      const host = await settings.docker(signal);
      const program = await settings.program();
      const docker = createDocker(host, settings.environment);
      // In the daemon equal images are one, and what tests leave of it is removed.
      const waiting = () => report({ kind: "log", line: "Waiting for another test of an equal image" });
      await using _held = await settings.locks.hold(`docker ${host} ${request.image.digest}`, waiting, signal);
      await using image = await loadImage(docker, archiveOf(settings, request, signal), signal);
      await using scratch = await makeScratch(settings.scratch);
      const env = environmentOf(settings, request, host);
      const job = { program, docker, host, image, request, env, cwd: settings.project };
      const results: TestResult[] = [];
      for (const [i, file] of request.files.entries()) {
        report({ kind: "step", text: file.name, index: i + 1, of: request.files.length });
        results.push(...(await testFile({ ...job, scratch: scratch.path }, file, signal)));
      }
      return results;
    },
  };
}

function archiveOf({ archives }: OfficialTesterSettings, { image }: TestRequest, signal: AbortSignal) {
  return (name: string) => archives.dockerArchive(image.repository, image.digest, name, signal);
}

/** What the program hands on to containers, and how it finds the daemon. */
function environmentOf(
  { environment }: OfficialTesterSettings,
  request: TestRequest,
  host: string,
): Record<string, string> {
  const { DOCKER_TLS_VERIFY, ...rest } = environment;
  // It would speak TLS over a Unix socket, too.
  const secure: Record<string, string> = DOCKER_TLS_VERIFY && !host.startsWith("unix:") ? { DOCKER_TLS_VERIFY } : {};
  return { ...rest, ...secure, ...request.environment, DOCKER_HOST: host };
}
