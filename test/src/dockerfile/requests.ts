import type { RenderRequest } from "../../../src/dockerfile/mod.ts";

/** What a fixture's values.json may say of its request; the rest is that of the target `node:24.11.0`. */
export type Values = Partial<Omit<RenderRequest, "values" | "include">> & {
  readonly values?: Partial<RenderRequest["values"]>;
  readonly includes?: Readonly<Record<string, string>>;
};

const values: RenderRequest["values"] = {
  image: "node",
  tag: "24.11.0",
  variant: null,
  versions: { node: "24.11.0", npm: "11.6.0", "dotnet-sdk": "8.0" },
  variables: { mirror: "deb.example.org" },
  labels: {},
  platforms: ["linux/amd64", "linux/arm64"],
  base: "base",
  bases: {},
};

/** A request to render a text that was read from `source`. */
export function requestFor(
  source: string | null,
  text: string,
  { values: some, includes, ...rest }: Values = {},
): RenderRequest {
  return {
    origin: { source, text, template: source?.endsWith(".jinja2") ?? false },
    target: "node:24.11.0",
    image: "node",
    folder: "images/node",
    values: { ...values, ...some },
    buildArgs: {},
    bases: { base: { target: "base:13" } },
    projectTargets: { base: ["12", "13", "13-slim"], node: ["22.20.0", "24.11.0", "24.11.0-semantic"] },
    overlays: [],
    stage: null,
    include: (path) => includes?.[path],
    ...rest,
  };
}
