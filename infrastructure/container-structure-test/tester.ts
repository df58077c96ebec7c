import { randomUUID } from "node:crypto";
import type { Archives, Locks, Tester, TestRequest, TestResult } from "../../src/ports.ts";
import { createDocker, type Docker } from "../docker/api.ts";
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
      const [host, program] = await Promise.all([settings.docker(signal), settings.program()]);
      const docker = createDocker(host, settings.environment);
      // Equal images have one id, and by it what a test leaves is found and removed.
      const waiting = () => report({ kind: "log", line: "Waiting for another test of an equal image" });
      await using _held = await settings.locks.hold(`docker ${host} ${request.image.digest}`, waiting, signal);
      await using loaded = await load(docker, settings.archives, request, signal);
      await using scratch = await makeScratch(settings.scratch);
      const env = environmentOf(settings, request, host);
      const job = { program, docker, host, request, env, image: loaded.name, cwd: settings.project };
      const results: TestResult[] = [];
      for (const file of request.files) {
        report({ kind: "log", line: `container-structure-test on ${file.name}` });
        results.push(...(await testFile({ ...job, scratch: scratch.path }, file, signal)));
      }
      return results;
    },
  };
}

/** The image in the daemon, under a name of its own, until it is disposed of. */
async function load(
  docker: Docker,
  archives: Archives,
  { image: { repository, digest } }: TestRequest,
  signal: AbortSignal,
): Promise<{ readonly name: string } & AsyncDisposable> {
  const name = `image-manager-test:${randomUUID()}`;
  const remove = () => docker.remove(name);
  try {
    await docker.load(archives.dockerArchive(repository, digest, name, signal), signal);
  } catch (error) {
    // A load that was cut off may still come to its end; that it failed is what counts.
    await remove().catch(() => {});
    throw error;
  }
  return { name, [Symbol.asyncDispose]: remove };
}

/** What the program hands on to containers, and how it finds the daemon. */
function environmentOf(
  { environment }: OfficialTesterSettings,
  request: TestRequest,
  host: string,
): Record<string, string> {
  const { DOCKER_TLS_VERIFY, ...rest } = environment;
  // It would speak TLS over a Unix socket, too.
  const secure = DOCKER_TLS_VERIFY && !host.startsWith("unix:") ? { DOCKER_TLS_VERIFY } : {};
  return { ...rest, ...secure, ...request.environment, DOCKER_HOST: host };
}
