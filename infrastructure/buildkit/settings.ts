import { createHash } from "node:crypto";
import { canonical, type Json } from "../../src/json.ts";

/** What a buildkitd runs with, as far as it decides whether a running one will do. */
export interface DaemonSettings {
  readonly version: string;
  readonly root: string;
  /** Registries that are reached by plain http, beside those on loopback: `registry:5000`. */
  readonly insecureRegistries: readonly string[];
  /** Hash over the variables the daemon itself heeds: they may hold a proxy's password. */
  readonly environment: string;
  /** Hash over the credentials it was given for a cache of layers; null: none. */
  readonly credentials: string | null;
}

/** Variables that decide how buildkitd reaches registries. */
const heeded = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"];

/** The part of an environment that buildkitd reads, in both spellings. */
export function daemonEnvironment(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const names = [...heeded, ...heeded.map((name) => name.toLowerCase())];
  return Object.fromEntries(names.flatMap((name) => (variables[name] ? [[name, variables[name]]] : [])));
}

/**
 * Where a daemon of our own cuts a step's log: not at 2 MiB and 200 KiB/s, where it would be too short to be judged,
 * and not never, for the daemon holds in memory what a step prints faster than anybody reads. Of a step that fails the
 * end comes in any case.
 */
export const logLimits = {
  BUILDKIT_STEP_LOG_MAX_SIZE: String(16 * 1024 ** 2),
  BUILDKIT_STEP_LOG_MAX_SPEED: "-1",
} as const;

export function hashOf(value: Json): string {
  return createHash("sha256").update(canonical(value)).digest("hex");
}

/**
 * A daemon that knows more registries, or credentials where none are needed, will do as well: two projects do not end
 * each other's daemon in turns.
 */
export function suits(wanted: DaemonSettings, found: DaemonSettings): boolean {
  const { insecureRegistries, credentials, ...rest } = wanted;
  const { insecureRegistries: known, credentials: given, ...others } = found;
  return (
    canonical(rest) === canonical(others) &&
    insecureRegistries.every((registry) => known.includes(registry)) &&
    (credentials === null || credentials === given)
  );
}

/** What is wanted, and the registries that the daemon before it knew. */
export function joined(wanted: DaemonSettings, before: DaemonSettings | undefined): DaemonSettings {
  const all = new Set([...wanted.insecureRegistries, ...(before?.insecureRegistries ?? [])]);
  return { ...wanted, insecureRegistries: [...all].sort() };
}

const quote = JSON.stringify;

/** buildkitd.toml (BuildKit 0.26, docs/buildkitd.toml.md); without `places` everything lies where the daemon likes. */
export function configurationText(
  insecureRegistries: readonly string[],
  places?: { readonly root: string; readonly sockets: string; readonly runc: string },
): string {
  return [
    ...(places ? placesText(places.root, places.sockets) : []),
    "[worker.oci]",
    "  enabled = true",
    '  snapshotter = "auto"',
    '  networkMode = "host"',
    ...(places ? [`  binary = ${quote(places.runc)}`] : []),
    "  gc = true",
    '  reservedSpace = "5GB"',
    '  maxUsedSpace = "50GB"',
    '  minFreeSpace = "5%"',
    "[worker.containerd]",
    "  enabled = false",
    // Without it no Dockerfile can have its frontend fetched from a registry: what is built is what is here.
    '[frontend."gateway.v0"]',
    "  enabled = false",
    ...insecureRegistries.flatMap((registry) => [`[registry.${quote(registry)}]`, "  http = true"]),
    "",
  ].join("\n");
}

function placesText(root: string, sockets: string): readonly string[] {
  return [
    `root = ${quote(root)}`,
    "[grpc]",
    `  address = [${quote(`unix://${sockets}/buildkitd.sock`)}]`,
    // Its default is a folder of the system's that all daemons share.
    "[otel]",
    `  socketPath = ${quote(`${sockets}/otel-grpc.sock`)}`,
  ];
}
