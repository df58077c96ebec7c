import { fail } from "../../src/problem.ts";
import { call, type DockerVariables, placeOf } from "./connection.ts";

/**
 * A client of the Docker Engine API (1.41 and later), as far as tests need it.
 *
 * Every call but `ping` throws ImagesError `docker-unreachable` when nothing answers.
 */
export interface Docker {
  /** Whether it answers, within a few seconds. */
  ping(): Promise<boolean>;
  /** Streams in what `docker save` writes. @throws ImagesError `load-failed` with what the daemon said */
  load(archive: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** All images, also those without a name. */
  images(): Promise<readonly DockerImage[]>;
  /** All containers, also those that do not run. */
  containers(): Promise<readonly DockerContainer[]>;
  /** Removes an image by its name or id, unless something else needs it. */
  removeImage(image: string): Promise<void>;
  /** Removes a container, also while it runs. */
  removeContainer(id: string): Promise<void>;
}

export interface DockerImage {
  readonly Id: string;
  /** Of the image it was committed on; empty when it was loaded. */
  readonly ParentId: string;
  /** Null, empty or `<none>:<none>` when it has none. */
  readonly RepoTags: readonly string[] | null;
}

export interface DockerContainer {
  readonly Id: string;
  /** The name or id that it was made by. */
  readonly Image: string;
  /** `running`, `exited`, `created`, … */
  readonly State: string;
  /** The command line. */
  readonly Command: string;
}

/** A client for an address in the notation of DOCKER_HOST. @throws ImagesError `docker-address` */
export function createDocker(host: string, variables: DockerVariables): Docker {
  const place = placeOf(host, variables);
  const list = async <T>(path: string) => JSON.parse((await call(place, "GET", path)).body) as readonly T[];
  return {
    ping: () =>
      call(place, "GET", "/_ping").then(
        ({ status }) => status === 200,
        () => false,
      ),
    load: async (content, signal) => {
      const { status, body } = await call(place, "POST", "/images/load?quiet=1", { content, signal });
      const said = status === 200 ? refusalIn(body) : messageIn(body);
      if (said === undefined) return;
      fail({ code: "load-failed", kind: "task", message: `Docker cannot load the image: ${said}` });
    },
    images: () => list("/images/json?all=1"),
    containers: () => list("/containers/json?all=1"),
    removeImage: async (image) => void (await call(place, "DELETE", `/images/${image}`)),
    removeContainer: async (id) => void (await call(place, "DELETE", `/containers/${id}?force=1&v=1`)),
  };
}

/** The daemon reports what goes wrong while it loads in lines of JSON below a 200. */
function refusalIn(lines: string): string | undefined {
  const said = lines.split("\n").filter(Boolean);
  return said.map((line) => (JSON.parse(line) as { readonly error?: string }).error).find(Boolean);
}

function messageIn(body: string): string {
  try {
    return (JSON.parse(body) as { readonly message: string }).message;
  } catch {
    return body.trim();
  }
}
