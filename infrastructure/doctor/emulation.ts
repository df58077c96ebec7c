import { readFile, writeFile } from "node:fs/promises";
import type { Platform } from "../../src/model/platform.ts";
import { fail } from "../../src/problem.ts";
import { run } from "../process/run.ts";
import { asRoot, type Finding, type Machine, type Requirement } from "./requirement.ts";

/** The kernel's list of interpreters for foreign programs (binfmt_misc). */
const binfmt = "/proc/sys/fs/binfmt_misc";

/** QEMU's names of OCI's architectures. */
const emulators: Readonly<Record<string, string>> = {
  "386": "i386",
  amd64: "x86_64",
  arm: "arm",
  arm64: "aarch64",
  loong64: "loongarch64",
  ppc64le: "ppc64le",
  riscv64: "riscv64",
  s390x: "s390x",
};

/** Architectures that a processor runs by itself, by Node's name of it. */
const native: Readonly<Record<string, readonly string[]>> = { x64: ["amd64", "386"], arm64: ["arm64"] };

/** An emulator for each architecture that is built for and not this machine's own. */
export function emulation(machine: Machine): readonly Requirement[] {
  const foreign = machine.platforms.filter((platform) => isForeign(platform, machine.architecture));
  return [...new Set(foreign.map(architectureOf))].map((architecture) => emulator(machine, architecture));
}

/** Whether a processor (by Node's name of it) needs an emulator for a platform's programs. */
export function isForeign(platform: Platform, architecture: string): boolean {
  return !native[architecture]?.includes(architectureOf(platform));
}

function emulator(machine: Machine, architecture: string): Requirement {
  const qemu = `qemu-${emulators[architecture] ?? architecture}`;
  return {
    name: `emulation of ${architecture}`,
    why: `runs the steps of builds for linux/${architecture}`,
    needed: "always",
    check: () => check(qemu),
    fix: {
      command: asRoot(machine, "image-manager doctor --fix"),
      debian: ["qemu-user-static"],
      ...(machine.user.root && { run: () => register(qemu) }),
    },
  };
}

/** Flag F has the kernel open the emulator now: it is needed where the emulator's file does not exist, in a container. */
async function check(qemu: string): Promise<Finding> {
  const entry = await readFile(`${binfmt}/${qemu}`, "utf8").catch(() => undefined);
  if (entry === undefined) return { ok: false, found: `${qemu} is not registered in ${binfmt}` };
  if (!entry.startsWith("enabled")) return { ok: false, found: `${qemu} is disabled in ${binfmt}` };
  if (!/^flags: .*F/m.test(entry)) return { ok: false, found: `${qemu} is registered without flag F` };
  return { ok: true, found: /^interpreter (.*)$/m.exec(entry)?.[1] ?? qemu };
}

/** Debian's package says how to register it; where no init system did, as in a container, we do. */
async function register(qemu: string): Promise<void> {
  if ((await check(qemu)).ok) return;
  const mounted = await readFile(`${binfmt}/status`).catch(() => undefined);
  if (mounted === undefined) await mount();
  if ((await check(qemu)).ok) return;
  // An entry cannot be replaced, only removed and registered again.
  await writeFile(`${binfmt}/${qemu}`, "-1").catch(() => {});
  const line = await readFile(`/usr/lib/binfmt.d/${qemu}.conf`, "utf8");
  await writeFile(`${binfmt}/register`, line.trim());
}

async function mount(): Promise<void> {
  const { code, stderr } = await run(["mount", "-t", "binfmt_misc", "binfmt_misc", binfmt]);
  if (code === 0) return;
  fail({
    code: "binfmt-not-mounted",
    kind: "service",
    message: `Cannot mount binfmt_misc: ${stderr.trim()}`,
    fix: "In a container emulation is set up outside of it: run 'image-manager doctor --fix' as root on its host",
  });
}

function architectureOf(platform: Platform): string {
  return platform.split("/")[1] ?? "";
}
