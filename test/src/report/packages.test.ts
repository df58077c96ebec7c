import * as assert from "uvu/assert";
import { packagesOf } from "../../../src/report/packages.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("packages");

test("packagesOf() reads what syft writes", () => {
  const properties = [{ name: "syft:package:type", value: "deb" }];
  assert.equal(
    packagesOf({
      components: [
        {
          ...{ type: "library", name: "zlib1g", version: "1:1.2.13", purl: "pkg:deb/debian/zlib1g@1.2.13", properties },
          licenses: [{ license: { id: "Zlib" } }, { license: { name: "BSD" } }, { license: { id: "Zlib" } }],
        },
        { type: "application", name: "node", version: "24.21.0", purl: "pkg:generic/node@24.21.0" },
        { type: "library", name: "a", version: "1", licenses: [{ expression: "MIT OR ISC" }] },
        { type: "operating-system", name: "debian", version: "13" },
        { type: "file", name: "/bin/sh" },
      ],
    }),
    [
      { name: "a", version: "1", type: "library", license: "MIT OR ISC" },
      { name: "node", version: "24.21.0", type: "generic", license: "" },
      { name: "zlib1g", version: "1:1.2.13", type: "deb", license: "BSD, Zlib" },
    ],
  );
});

test("packagesOf() finds none in an empty document", () => {
  assert.equal(packagesOf({}), []);
});
