import * as assert from "uvu/assert";
import { instructionsOf } from "../../../src/report/inspection.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("inspection");

test("instructionsOf() gives each layer the instruction that made it", () => {
  const history = [
    { created_by: "ADD rootfs.tar / # buildkit" },
    { created_by: "ENV A=1", empty_layer: true },
    { created_by: "RUN |2 A=1 B=two words /bin/sh -c make # buildkit" },
    { created_by: "/bin/sh -c #(nop) COPY file:1 in /" },
    { created_by: "/bin/sh -c apt-get update" },
    {},
  ];
  assert.equal(instructionsOf(history, 5), [
    "ADD rootfs.tar /",
    "RUN make",
    "COPY file:1 in /",
    "RUN apt-get update",
    null,
  ]);
});

test("instructionsOf() gives none where the history is of other layers", () => {
  assert.equal(instructionsOf([{ created_by: "COPY . /" }], 2), [null, null]);
  assert.equal(instructionsOf([], 1), [null]);
});
