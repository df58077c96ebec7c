/** The platforms BuildKit can build for, in OCI's notation. */
export const platformNames = [
  "linux/amd64",
  "linux/arm64",
  "linux/arm/v7",
  "linux/arm/v6",
  "linux/arm/v5",
  "linux/386",
  "linux/loong64",
  "linux/mips64le",
  "linux/ppc64le",
  "linux/riscv64",
  "linux/s390x",
] as const;

export type PlatformName = (typeof platformNames)[number];

/** Splits `linux/amd64,linux/arm64`, as an environment variable gives it; names are checked when resolving. */
export function platforms(list: string): readonly PlatformName[];
export function platforms(list: string | undefined): readonly PlatformName[] | undefined;
export function platforms(list: string | undefined): readonly PlatformName[] | undefined {
  if (!list) return undefined;
  return list.split(",").map((name) => name.trim() as PlatformName);
}
