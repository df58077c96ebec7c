import * as assert from "uvu/assert";
import { acr, ecr, ghcr, hosted, oci } from "../../../src/config/registries.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("registries");

const cases = [
  ["hosted()", hosted(), "localhost:5050", ""],
  ["hosted({ port })", hosted({ port: 5555 }), "localhost:5555", ""],
  ["oci() of a host", oci("registry.example.org"), "registry.example.org", ""],
  ["oci() of a host with port and path", oci("localhost:5000/team/ci/"), "localhost:5000", "team/ci/"],
  ["ghcr()", ghcr({ owner: "me" }), "ghcr.io", "me/"],
  ["ghcr() of an owner with capitals", ghcr({ owner: "MyTeam" }), "ghcr.io", "myteam/"],
  ["ghcr() with a prefix", ghcr({ owner: "me", prefix: "ci" }), "ghcr.io", "me/ci/"],
  ["ecr()", ecr({ account: "123", region: "eu-west-1" }), "123.dkr.ecr.eu-west-1.amazonaws.com", ""],
  ["ecr() with a prefix", ecr({ account: "1", region: "r", prefix: "ci" }), "1.dkr.ecr.r.amazonaws.com", "ci/"],
  ["acr()", acr({ registry: "team" }), "team.azurecr.io", ""],
] as const;

for (const [name, place, address, prefix] of cases) {
  test(`${name} gives address and prefix`, () => {
    const named = !name.startsWith("hosted");
    assert.equal(place, { address, builderAddress: address, prefix, named });
  });
}

test("oci() takes another address for the builder", () => {
  assert.is(oci("localhost:5000/team", { builderAddress: "registry:5000" }).builderAddress, "registry:5000");
});
