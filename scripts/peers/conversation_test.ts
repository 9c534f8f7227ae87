import assert from "node:assert/strict";
import { type Conversation, converse } from "./conversation.ts";

/** A process that runs `program`, which has the lines of its input as `lines`. */
function script(program: string): Conversation {
  const lines = new URL("./lines.ts", import.meta.url).href;
  const code = `import { linesOf } from "${lines}"; const lines = linesOf(Deno.stdin.readable); ${program}`;
  return converse("deno", ["eval", code]);
}

Deno.test("converse() answers requests one by one", async () => {
  const { hear, ask, end } = script(`
    console.log(JSON.stringify("ready"));
    for await (const line of lines) console.log(JSON.stringify({ twice: 2 * JSON.parse(line).number }));
  `);
  assert.equal(await hear(), "ready");
  assert.deepEqual(await ask({ number: 4 }), { twice: 8 });
  assert.deepEqual(await ask({ number: 5 }), { twice: 10 });
  await end();
});

Deno.test("converse() reports the last line of errors of a process that exits", async () => {
  const { hear, ask, end } = script(`console.error("first\\nNo module named torch"); Deno.exit(1);`);
  await assert.rejects(hear(), { message: "No module named torch" });
  await assert.rejects(ask({ runs: 1 }), { message: "No module named torch" });
  await end();
});

Deno.test("converse() throws at once if there is no such program", () => {
  assert.throws(() => converse("no-such-program", []), Deno.errors.NotFound);
});
