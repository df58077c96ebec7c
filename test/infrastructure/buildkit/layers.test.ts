import * as assert from "uvu/assert";
import {
  type LayerCache,
  layerArguments,
  layersName,
  withoutLostLayers,
} from "../../../infrastructure/buildkit/layers.ts";
import type { Builder, BuildRequest } from "../../../src/ports.ts";
import { ImagesError } from "../../../src/problem.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("arguments for layers");

function request(target: string, name = "team/node") {
  const place = { address: "localhost:5050", builderAddress: "localhost:5050" };
  return { target, platform: "linux/arm64", destination: { place, name } } as const;
}

const cache: LayerCache = {
  endpoint: "http://garage:3900",
  region: "garage",
  bucket: "cache",
  prefix: "main/layers/",
  pathStyle: true,
  from: ["feature/x", "main"],
  to: "feature/x",
};

test("layersName() is made from repository, tag, platform and branch, and differs where only signs do", () => {
  const name = layersName(request("node:24"), "feature/x,y");
  assert.match(name, /^team-node_24_linux-arm64_feature-x-y_[0-9a-f]{8}$/);
  const names = ["feature/x,y", "feature-x-y", "feature/x-y"].map((branch) => layersName(request("node:24"), branch));
  assert.is(new Set([...names, layersName(request("node:24", "team-node"), "feature-x-y")]).size, 4);
});

test("layerArguments() imports from each branch and exports for one, without credentials", () => {
  const place =
    "type=s3,endpoint_url=http://garage:3900,use_path_style=true,region=garage,bucket=cache,prefix=main/layers/";
  const [own, main] = cache.from.map((branch) => layersName(request("node:24"), branch));
  const imports = ["--import-cache", `${place},name=${own}`, "--import-cache", `${place},name=${main}`];
  const exports = ["--export-cache", `${place},name=${own},mode=max,ignore-error=true`];
  assert.equal(layerArguments(request("node:24"), cache), [...imports, ...exports]);
  assert.equal(layerArguments(request("node:24"), { ...cache, to: null }), imports);
  const amazon = layerArguments(request("node:24"), { ...cache, endpoint: null, from: [] });
  assert.match(amazon[1] ?? "", /^type=s3,region=garage,bucket=cache,/);
});

test("withoutLostLayers() builds once more for a lost layer and for nothing else", async (t) => {
  const failing = (code: string): Builder => ({
    build: async () => {
      throw new ImagesError({ code, kind: "task", message: code });
    },
  });
  const alone: Builder = { build: async () => "sha256:alone" };
  const build = (code: string) =>
    withoutLostLayers(failing(code), alone).build(request("node:24") as unknown as BuildRequest, () => {}, t.signal);
  assert.is(await build("layer-lost"), "sha256:alone");
  assert.is(await build("build-failed").catch((error: Error) => error.message), "build-failed");
});
