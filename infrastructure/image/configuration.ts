import type { ImageConfig } from "../../src/structure-test/facts.ts";

/** The part `config` of an image configuration as registries have it: anything may be left out or null. */
interface Written {
  readonly Env?: readonly string[] | null;
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly WorkingDir?: string | null;
  readonly User?: string | null;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly ExposedPorts?: Readonly<Record<string, object>> | null;
  readonly Volumes?: Readonly<Record<string, object>> | null;
}

/** What an OCI image configuration (image-spec 1.1) says about containers, with nothing optional left. */
export function configurationOf({ config }: { readonly config?: Written | null }): ImageConfig {
  return {
    env: Object.fromEntries((config?.Env ?? []).map(pair)),
    entrypoint: config?.Entrypoint ?? [],
    cmd: config?.Cmd ?? [],
    workdir: config?.WorkingDir ?? "",
    user: config?.User ?? "",
    labels: config?.Labels ?? {},
    ports: Object.keys(config?.ExposedPorts ?? {}),
    volumes: Object.keys(config?.Volumes ?? {}),
  };
}

function pair(variable: string): readonly [string, string] {
  const [name = "", ...value] = variable.split("=");
  return [name, value.join("=")];
}
