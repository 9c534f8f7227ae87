import assert from "node:assert/strict";
import { UserError } from "../../base/errors.ts";
import { FC_300 } from "../../models/fully_connected.ts";
import { LENET_1 } from "../../models/lenet1.ts";
import { KERNELS } from "../../suites/kernels.ts";
import { startPeer } from "./peers.ts";

/** A peer that takes 5 ms for 784-300-10, by its own account, and refuses everything else. */
const PROGRAM = `
  import { linesOf } from "${new URL("./lines.ts", import.meta.url).href}";
  console.log(JSON.stringify({ adapter: "invented", versions: "Invented 1.0" }));
  for await (const line of linesOf(Deno.stdin.readable)) {
    const { model, batch, stepSize, momentum, runs } = JSON.parse(line);
    const reply = runs ? { ms: 5 * runs }
      : model.title === "784-300-10" && batch === 128 && stepSize === 0.01 && momentum === 0.9 ? {}
      : { refusal: "Not " + model.title };
    console.log(JSON.stringify(reply));
  }`;

const remedy = "Buy it";

Deno.test("startPeer() starts a peer that takes the steps it can, and says which it can't", async () => {
  const programs = ["no-such-program", "deno"];
  const peer = await startPeer({ name: "invented", programs, args: ["eval", PROGRAM], remedy });
  assert.equal(peer.absence, undefined);
  assert.deepEqual(peer.setting, { adapter: "invented", versions: "Invented 1.0" });
  const contender = await peer.enter(FC_300, KERNELS);
  assert.ok(typeof contender !== "string");
  assert.equal(contender.name, "invented");
  assert.deepEqual(await contender.time(3), { wallMs: 15 });
  assert.equal(await peer.enter(LENET_1, KERNELS), "Not LeNet-1");
  await peer.end();
});

Deno.test("startPeer() reports a peer that exits while it works", async () => {
  const program = `console.log('{"adapter":"","versions":"Invented 1.0"}'); prompt(); console.error("no memory");`;
  const peer = await startPeer({ name: "invented", programs: ["deno"], args: ["eval", program], remedy });
  await assert.rejects(
    peer.enter(FC_300, KERNELS),
    (error: Error) =>
      error instanceof UserError && /Invented 1.0 exited while it worked: no memory/.test(error.message),
  );
  await peer.end();
});

Deno.test("startPeer() returns a peer that refuses everything if it is not installed, with the reason and the remedy", async () => {
  const complaint = `console.error("No module named torch"); Deno.exit(1);`;
  const peer = await startPeer({ name: "absent", programs: ["deno"], args: ["eval", complaint], remedy });
  assert.equal(peer.absence, "Not there: No module named torch. Buy it.");
  assert.equal(await peer.enter(FC_300, KERNELS), peer.absence);
  await peer.end();

  const nowhere = await startPeer({ name: "absent", programs: ["no-such-program"], args: [], remedy });
  assert.match(nowhere.absence!, /^Not there: .*no-such-program.*\. Buy it\.$/);
});
