import type { Platform } from "../../src/model/platform.ts";
import { fail } from "../../src/problem.ts";
import { isForeign } from "../doctor/emulation.ts";

/** @throws ImagesError `no-emulation` when the kernel refused a program because it is another processor's */
export function refuseForeign(platform: Platform, reason: string): void {
  if (!reason.includes("exec format error") || !isForeign(platform, process.arch)) return;
  fail({
    code: "no-emulation",
    kind: "task",
    message: `Cannot run programs for ${platform}: emulation is not set up`,
    found: reason,
    fix: "image-manager doctor --fix",
  });
}
