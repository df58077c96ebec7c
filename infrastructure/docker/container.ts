import { join } from "node:path";
import { canonical } from "../../src/json.ts";
import { createContainer } from "../services/container.ts";
import type { Engine } from "../services/engine.ts";
import { makePrivate } from "../services/record.ts";
import type { Service } from "../services/service.ts";
import { createDocker } from "./api.ts";
import { boundedLogs, type DindOptions, withoutNetwork } from "./daemon.ts";

const version = "28.5.1";

/** A dockerd in a container, with the rights it needs instead of all of them (`--privileged`). */
export function createContainerDockerd({ paths, emit }: DindOptions, engine: Engine): Service {
  const folder = join(paths.runtime, "dind");
  const address = `unix://${join(folder, "docker.sock")}`;
  const settings = { version, folder };
  return createContainer(
    {
      name: "dind",
      engine,
      image: `docker.io/library/docker:${version}-dind`,
      address,
      version,
      fix: "Set DOCKER_HOST to a Docker daemon that runs",
      suits: (found) => canonical(found) === canonical(settings),
      launch: async () => {
        await makePrivate(folder);
        // The socket belongs to a group of this user; nobody else can enter its folder.
        const socket = ["--host", "unix:///run/dind/docker.sock", "--group", String(process.getgid?.() ?? 0)];
        return {
          settings,
          options: [...rights, "--volume", `${folder}:/run/dind`],
          arguments: ["dockerd", ...socket, ...withoutNetwork, ...boundedLogs],
        };
      },
      answers: () => createDocker(address, {}).ping(),
    },
    paths,
    emit,
  );
}

/** What a dockerd cannot do without: mounts and namespaces, networks for its containers, device files. */
const rights = [
  ...["SYS_ADMIN", "NET_ADMIN", "MKNOD"].flatMap((capability) => ["--cap-add", capability]),
  ...["seccomp", "apparmor", "systempaths"].flatMap((kind) => ["--security-opt", `${kind}=unconfined`]),
];
