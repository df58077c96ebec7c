import { arch } from "node:process";
import type { Platform } from "../src/model/platform.ts";

const architectures: Readonly<Record<string, string>> = {
  x64: "amd64",
  arm64: "arm64",
  arm: "arm/v7",
  ppc64: "ppc64le",
  s390x: "s390x",
  riscv64: "riscv64",
};

/** The platform of containers on this machine; also on macOS, where they run in a Linux machine. */
export const hostPlatform: Platform = `linux/${architectures[arch] ?? arch}`;
