import * as assert from "uvu/assert";
import { countPackages, normaliseCycloneDx, normaliseSpdx } from "../../../infrastructure/syft/normalise.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("normalised SBOMs");
const time = "1980-01-01T00:00:00Z";

function cyclonedx(serialNumber: string, timestamp: string, components = [{ type: "library" }]) {
  return { bomFormat: "CycloneDX", serialNumber, version: 1, metadata: { timestamp, tools: {} }, components };
}

function spdx(uuid: string, created: string) {
  const documentNamespace = `https://anchore.com/syft/image/node-${uuid}`;
  return {
    SPDXID: "SPDXRef-DOCUMENT",
    documentNamespace,
    creationInfo: { creators: ["Tool: syft"], created },
    files: [],
  };
}

const [one, other] = ["5f889415-5596-4953-a849-8dd6e9db7fee", "a5ba3868-eeb1-4da3-bf51-fd116378844c"];

test("normaliseCycloneDx() gives the same text whatever the clock and chance said", () => {
  const first = normaliseCycloneDx(cyclonedx(`urn:uuid:${one}`, "2026-11-21T12:26:13Z"));
  const second = normaliseCycloneDx(cyclonedx(`urn:uuid:${other}`, "2027-01-01T00:00:00Z"));
  assert.is(JSON.stringify(first), JSON.stringify(second));
  assert.equal(Object.keys(first), ["bomFormat", "serialNumber", "version", "metadata", "components"]);
  assert.equal(first.metadata, { timestamp: time, tools: {} });
});

test("normaliseCycloneDx() gives other content another serial number", () => {
  const numbers = [[{ type: "library" }], [{ type: "application" }]].map(
    (components) => normaliseCycloneDx(cyclonedx("", "", components)).serialNumber,
  );
  assert.is.not(numbers[0], numbers[1]);
  for (const number of numbers) {
    assert.match(number ?? "", /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

test("normaliseSpdx() gives the same text whatever the clock and chance said", () => {
  const first = normaliseSpdx(spdx(one, "2026-11-21T12:26:13Z"));
  assert.is(JSON.stringify(first), JSON.stringify(normaliseSpdx(spdx(other, "2027-01-01T00:00:00Z"))));
  assert.equal(Object.keys(first), ["SPDXID", "documentNamespace", "creationInfo", "files"]);
  assert.equal(first.creationInfo, { creators: ["Tool: syft"], created: time });
  assert.match(
    first.documentNamespace,
    /^https:\/\/anchore\.com\/syft\/image\/node-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  );
  assert.ok(!first.documentNamespace.endsWith(one));
});

test("countPackages() counts neither the system nor files", () => {
  const components = ["library", "application", "operating-system", "file"].map((type) => ({ type }));
  assert.is(countPackages({ metadata: {}, components }), 2);
  assert.is(countPackages({ metadata: {} }), 0);
});
