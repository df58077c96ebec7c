import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { canonical, type Json } from "../../src/json.ts";
import { fail } from "../../src/problem.ts";
import { accepts } from "../services/connect.ts";
import { createDaemon, type DaemonKind, type Launch } from "../services/daemon.ts";
import { makePrivate } from "../services/record.ts";
import type { Service, ServiceListener, ServicePaths } from "../services/service.ts";
import { versionOf } from "../tools/find.ts";
import { createDocker } from "./api.ts";

export interface DindOptions {
  readonly paths: ServicePaths;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly emit: ServiceListener;
}

/** Bytes of a Unix socket's path, with the zero at its end (unix(7)). */
const longestPath = 108;

/** What a test needs of a container is its own loopback: nothing of this machine's network is changed. */
export const withoutNetwork = ["--bridge=none", "--iptables=false", "--ip-forward=false", "--ip-masq=false"];

/** A command's output is bounded: container-structure-test reads all of it into memory. */
export const boundedLogs = ["--log-driver=json-file", "--log-opt=max-size=8m", "--log-opt=max-file=2"];

/** A dockerd of this machine, as root, in a PID and a mount namespace of its own as buildkitd is. */
export async function createLocalDockerd({ paths, environment, emit }: DindOptions, program: string): Promise<Service> {
  const { PATH = "", HOME = "" } = environment;
  const version = (await versionOf(program, ["--version"])) ?? "unknown";
  const folder = join(paths.runtime, "dind");
  const data = join(paths.state, "dind");
  const socket = join(folder, "docker.sock");
  const address = `unix://${socket}`;
  const settings = { program, version, data };

  async function launch(): Promise<Launch> {
    checkLength(join(folder, "exec/containerd/containerd.sock.ttrpc"));
    await makePrivate(folder);
    // Images are here only while they are tested: what lies here was left by a daemon that was killed.
    for (const left of [data, ...["exec", "docker.pid", "docker.sock"].map((name) => join(folder, name))]) {
      await rm(left, { recursive: true, force: true });
    }
    await mkdir(data, { recursive: true, mode: 0o700 });
    const places = ["--data-root", data, "--exec-root", join(folder, "exec"), "--pidfile", join(folder, "docker.pid")];
    return {
      command: [
        ...["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", program],
        ...["--host", address, ...places, ...withoutNetwork, ...boundedLogs],
      ],
      env: { PATH, HOME },
      cwd: data,
      mode: "native",
      settings,
    };
  }

  const kind: DaemonKind = {
    name: "dind",
    address,
    version,
    logFile: join(paths.state, "log", "dind.log"),
    fix: "See what the log says, or set DOCKER_HOST to a Docker daemon that runs",
    suits: (found: Json) => canonical(found) === canonical(settings),
    launch,
    answers: () => accepts({ path: socket }),
    ready: () => createDocker(address, {}).ping(),
  };
  return createDaemon(kind, paths, emit);
}

/** dockerd and containerd do not say what is wrong with a longer one. */
function checkLength(path: string): void {
  const bytes = Buffer.byteLength(path) + 1;
  if (bytes <= longestPath) return;
  fail({
    code: "socket-path-too-long",
    kind: "service",
    message: `Cannot start dind: the path of its socket has ${bytes} bytes, and ${longestPath} is the limit`,
    found: path,
    fix: "Set XDG_RUNTIME_DIR to a folder with a shorter path",
  });
}
