import { randomUUID } from "node:crypto";
import type { Docker, DockerContainer, DockerImage } from "./api.ts";

/** An image in a Docker daemon, for as long as it is not disposed of. */
export interface LoadedImage extends AsyncDisposable {
  readonly name: string;
  /** Command lines of the containers that run on it. */
  running(): Promise<readonly string[]>;
}

/**
 * Loads an image under a name of its own, and removes it in the end with everything that was made from it.
 *
 * The daemon may be the user's, who may have the same image: only what was made by this name goes, and images without
 * a name that were committed on it since. So nobody else of this tool may use an equal image at the same time.
 */
export async function loadImage(
  docker: Docker,
  archive: (name: string) => AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<LoadedImage> {
  const name = `image-manager-test:${randomUUID()}`;
  const before = new Set((await docker.images()).map(({ Id }) => Id));
  // A daemon that is gone took everything with it, and why the test failed is the better reason.
  const remove = () => removeAll(docker, name, before).catch(() => {});
  try {
    await docker.load(archive(name), signal);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    name,
    running: async () => {
      const { containers } = await madeFrom(docker, name, before);
      return containers.filter(({ State }) => State === "running").map(({ Command }) => Command);
    },
    [Symbol.asyncDispose]: remove,
  };
}

async function removeAll(docker: Docker, name: string, before: ReadonlySet<string>): Promise<void> {
  const { containers, commits } = await madeFrom(docker, name, before);
  for (const { Id } of containers) await docker.removeContainer(Id);
  for (const { Id } of commits) await docker.removeImage(Id);
  await docker.removeImage(name);
}

async function madeFrom(docker: Docker, name: string, before: ReadonlySet<string>) {
  const [images, containers] = await Promise.all([docker.images(), docker.containers()]);
  const own = images.find(({ RepoTags }) => RepoTags?.includes(name));
  const unnamed = images.filter(
    ({ Id, RepoTags }) => !before.has(Id) && !RepoTags?.some((tag) => !/^<none>/.test(tag)),
  );
  const commits = own ? committedOn(own.Id, unnamed) : [];
  const names = new Set([name, ...commits.map(({ Id }) => Id)]);
  return { commits, containers: containers.filter(({ Image }: DockerContainer) => names.has(Image)) };
}

/** The youngest generation first: an image with another on it cannot be removed. */
function committedOn(parent: string, images: readonly DockerImage[]): readonly DockerImage[] {
  return images
    .filter(({ ParentId }) => ParentId === parent)
    .flatMap((image) => [...committedOn(image.Id, images), image]);
}
