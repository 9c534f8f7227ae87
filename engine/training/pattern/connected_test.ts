import assert from "node:assert/strict";
import { withBackend } from "../../../device/testing.ts";
import { LENET_5 } from "../../../models/lenet5.ts";
import { countModel } from "../../../models/network/count.ts";
import { LECUN_1998_RBF } from "../../../recipes/lecun1998.ts";
import { buildNetwork } from "../build_network.ts";
import { connected } from "./connected.ts";

Deno.test("connected() counts LeNet-5's 60,000 parameters, without the 36 pairs of maps that C3 leaves out", () =>
  withBackend("cpu", (backend) => {
    const network = buildNetwork({ model: LENET_5, recipe: LECUN_1998_RBF }, { seed: 1, backend });
    const all = connected(network);
    assert.equal(all.length, 60_000 + 36 * 25);
    assert.equal(all.reduce((sum, one) => sum + one, 0), countModel(LENET_5).parameters);
    network.dispose();
  }));
