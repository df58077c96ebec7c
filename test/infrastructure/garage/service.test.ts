import * as assert from "uvu/assert";
import { startGarage } from "../../rig/garage.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("garage");

test("start() gives a Garage that runs, stop() ends it", async (t) => {
  const { place, service } = await startGarage(t);
  const { host } = new URL(place.endpoint);
  const { state, address, mode, version } = await service.status();
  assert.equal([state, address, mode, version], ["running", host, "native", "2.1.0"]);
  assert.equal([await service.stop(), await service.stop()], [true, false]);
});
