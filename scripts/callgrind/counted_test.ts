import assert from "node:assert/strict";
import { UserError } from "../../base/errors.ts";
import { withFolder } from "../../base/testing.ts";
import { converseCounted } from "./counted.ts";

const LINES = new URL("../peers/lines.ts", import.meta.url).href;

/** Adds up as many numbers as it is asked to. */
const PROGRAM = `import { linesOf } from "${LINES}";
for await (const line of linesOf(Deno.stdin.readable)) {
  let sum = 0;
  for (let i = 0; i < JSON.parse(line); i++) sum = (sum + i) % 1000;
  console.log(sum);
}`;

/** Generates code once, so that the same loop always is the same instructions. */
const V8 = "--v8-flags=--always-sparkplug,--no-opt,--no-maglev";

const hasValgrind = await new Deno.Command("valgrind", { args: ["--version"] }).output().then(() => true, () => false);

Deno.test({
  name: "converseCounted() counts the instructions of generated code, several times",
  ignore: !hasValgrind,
  fn: () =>
    withFolder(async (folder) => {
      const { ask, count, end } = converseCounted(["eval", V8, PROGRAM], { folder });
      try {
        await ask(10);
        const once = await count(() => ask(100_000));
        const twice = await count(() => ask(200_000));
        assert.ok(once > 100_000, `${once}`);
        assert.ok(Math.abs(twice / once - 2) < 0.01, `${once} and ${twice}`);
      } finally {
        await end();
      }
    }),
});

Deno.test("converseCounted() says what to install without valgrind", () => {
  const path = Deno.env.get("PATH")!;
  Deno.env.set("PATH", "/nowhere");
  try {
    assert.throws(
      () => converseCounted([], { folder: "." }),
      (error) => error instanceof UserError && /Install the package "valgrind"/.test(error.message),
    );
  } finally {
    Deno.env.set("PATH", path);
  }
});
