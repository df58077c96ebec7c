/** A platform in OCI's notation: `os/architecture[/variant]`, e.g. `linux/arm64`. */
export type Platform = `${string}/${string}`;

/** The OCI platform object of an image index or image configuration. */
export interface OciPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** `linux/arm/v7` as the object that OCI documents carry. */
export function toOciPlatform(platform: Platform): OciPlatform {
  const [os = "", architecture = "", variant] = platform.split("/");
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** The platform of an OCI object; `arm64`'s default variant `v8` is left out, as containerd does. */
export function fromOciPlatform({ os, architecture, variant }: OciPlatform): Platform {
  const plain = variant === undefined || variant === "" || (architecture === "arm64" && variant === "v8");
  return plain ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/** `linux-arm64`: the platform as part of a file name. */
export function platformSlug(platform: Platform): string {
  return platform.replaceAll("/", "-");
}
