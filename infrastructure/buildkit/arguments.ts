import type { BoundBase, BuildRequest, Repository } from "../../src/ports.ts";

/** Folders that hold what a build reads, staged and with their times set. */
export interface StagedBuild {
  /** Holds the file `Dockerfile` only. */
  readonly dockerfile: string;
  readonly context: string;
  /** Overlay folders by the name the Dockerfile copies from. */
  readonly overlays: Readonly<Record<string, string>>;
  /** Where buildctl writes the result's description. */
  readonly metadata: string;
}

/** The arguments of `buildctl build` (0.26.3) for one target and platform. Secret values are never among them. */
export function buildArguments(request: BuildRequest, staged: StagedBuild): readonly string[] {
  const { platform, stage, buildArgs, labels, bases, secrets, ssh } = request;
  return [
    "build",
    ...["--frontend", "dockerfile.v0", "--progress", "rawjson", "--metadata-file", staged.metadata],
    ...["--local", `context=${staged.context}`, "--local", `dockerfile=${staged.dockerfile}`],
    ...Object.entries(staged.overlays).flatMap(([name, folder]) => ["--local", `${name}=${folder}`]),
    ...options({
      platform,
      ...(stage === null ? {} : { target: stage }),
      ...prefixed("build-arg:", { ...buildArgs, ...epochArgument(request) }),
      ...prefixed("label:", labels),
      ...Object.fromEntries(bases.map(contextOf)),
      ...Object.fromEntries(Object.keys(staged.overlays).map((name) => [`context:${name}`, `local:${name}`])),
    }),
    ...secrets.flatMap(({ id, source }) => [
      "--secret",
      "env" in source ? `id=${id},env=${source.env}` : `id=${id},src=${source.file}`,
    ]),
    ...ssh.flatMap((name) => ["--ssh", name]),
    ...["--output", outputOf(request)],
  ];
}

function options(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => ["--opt", `${name}=${value}`]);
}

function prefixed(prefix: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
}

function epochArgument({ epoch }: BuildRequest): Record<string, string> {
  return epoch === null ? {} : { SOURCE_DATE_EPOCH: String(epoch) };
}

/** Bound per platform, so that `FROM --platform=$BUILDPLATFORM` gets the digest for that platform. */
function contextOf({ name, platform, repository, digest }: BoundBase): [string, string] {
  return [`context:${name}::${platform}`, `docker-image://${addressOf(repository)}@${digest}`];
}

function outputOf({ destination, epoch, compression }: BuildRequest): string {
  const attributes = {
    type: "image",
    name: addressOf(destination),
    push: true,
    "push-by-digest": true,
    "oci-mediatypes": true,
    compression,
    // A layer that the daemon happens to have in the other compression must not be taken as it is. Rewriting it makes
    // it anew anyway, and leaves the base's layers alone; being forced as well costs a fifth of the daemon's writes.
    [epoch === null ? "force-compression" : "rewrite-timestamp"]: true,
  };
  return Object.entries(attributes)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}

/** A repository as the daemon reaches it. */
export function addressOf({ place, name }: Repository): string {
  return `${place.builderAddress}/${name}`;
}
