import { fromOciPlatform, type OciPlatform } from "../../src/model/platform.ts";
import type { Descriptor, Manifest, Registry, Repository } from "../../src/ports.ts";
import { fail, ImagesError, type Problem } from "../../src/problem.ts";
import { isDenied } from "../registry/client/errors.ts";
import { referenceOf } from "../registry/client/repository.ts";
import type { LockedBase } from "./file.ts";
import type { ImageReference } from "./reference.ts";

/** Asks the registry what a base is now, on every platform it has. */
export async function lookUp(registry: Registry, base: ImageReference, signal?: AbortSignal): Promise<LockedBase> {
  const { repository, reference } = base;
  const manifest = await registry.manifest(repository, reference, signal).catch((error: unknown) => {
    throw isDenied(error) ? new ImagesError(unknownBase(base, error), { cause: error }) : error;
  });
  if (!manifest) return fail(unknownBase(base));
  const { manifests } = JSON.parse(new TextDecoder().decode(manifest.body)) as { manifests?: readonly Descriptor[] };
  const { digest } = manifest.descriptor;
  if (manifests) return { index: digest, platforms: platformsIn(manifests) };
  return { platforms: { [await ownPlatform(registry, repository, manifest, signal)]: digest } };
}

/** Attestations are listed for a platform named `unknown`. */
function platformsIn(manifests: readonly Descriptor[]): LockedBase["platforms"] {
  const images = manifests.flatMap(({ platform, digest }) =>
    platform && platform.os !== "unknown" ? [[fromOciPlatform(platform), digest] as const] : [],
  );
  // Of two for one platform engines take the first.
  return Object.fromEntries(images.reverse());
}

/** A manifest without an index has its platform in the image configuration only (image-spec 1.1). */
async function ownPlatform(
  registry: Registry,
  repository: Repository,
  { body }: Manifest,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { config } = JSON.parse(new TextDecoder().decode(body)) as { readonly config: Descriptor };
  const chunks = await Array.fromAsync(registry.blob(repository, config.digest, signal));
  return fromOciPlatform(JSON.parse(Buffer.concat(chunks).toString("utf8")) as OciPlatform);
}

/** Registries do not tell those who may not read a repository whether it exists. */
function unknownBase({ repository, reference }: ImageReference, denied?: ImagesError): Problem {
  const base = `Base ${referenceOf(repository, reference)} does not exist`;
  const [problem] = denied?.problems ?? [];
  if (!problem) return { code: "unknown-base", kind: "config", message: base };
  return { ...problem, code: "unknown-base", kind: "config", message: `${base}, or needs a login` };
}
