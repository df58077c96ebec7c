import type { RegistryPlace } from "../model/target.ts";

/** A registry and the part of it that the project uses, as the constructors below make it. */
export type Place = RegistryPlace;

/** The tool's own registry on this machine, started when it is needed. */
export function hosted(options: { readonly port?: number } = {}): Place {
  const address = `localhost:${options.port ?? 5050}`;
  return { address, builderAddress: address, prefix: "", named: false };
}

/**
 * Any OCI registry: `oci("registry.example.org/team")`.
 *
 * `builderAddress` is `host[:port]` as the builder reaches it, where that differs.
 */
export function oci(location: string, options: { readonly builderAddress?: string } = {}): Place {
  // A scheme is refused when resolving: it is seen as a whole there.
  const [address = "", ...path] = location.includes("://") ? [location] : location.replace(/\/+$/, "").split("/");
  const prefix = path.map((part) => `${part}/`).join("");
  return { address, builderAddress: options.builderAddress ?? address, prefix, named: true };
}

/** GitHub's container registry: `ghcr.io/OWNER[/PREFIX]`, the owner in lower case as the registry wants it. */
export function ghcr({ owner, prefix }: { readonly owner: string; readonly prefix?: string }): Place {
  return oci(join("ghcr.io", owner.toLowerCase(), prefix));
}

/** Amazon's Elastic Container Registry of an account and region. */
export function ecr(at: { readonly account: string; readonly region: string; readonly prefix?: string }): Place {
  return oci(join(`${at.account}.dkr.ecr.${at.region}.amazonaws.com`, at.prefix));
}

/** An Azure container registry: `REGISTRY.azurecr.io[/PREFIX]`. */
export function acr({ registry, prefix }: { readonly registry: string; readonly prefix?: string }): Place {
  return oci(join(`${registry}.azurecr.io`, prefix));
}

function join(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join("/");
}
