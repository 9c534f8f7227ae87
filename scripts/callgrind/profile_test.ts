import assert from "node:assert/strict";
import { generatedInstructions } from "./profile.ts";

const PROFILE = `# callgrind format
events: Ir
summary: 1234567

ob=(1) /usr/bin/deno
fl=(1) ???
fn=(1) main
0 7
cob=(2) ???
cfn=(2) 0x1000
calls=3 0
0 500

ob=(2)
fn=(2)
0 100
+3 20
cob=(1)
cfn=(3) memcpy
calls=1 0
* 60
-3 4

ob=(3) /usr/lib/libc.so.6
fn=(3)
0 60

ob=(2)
fn=(4) 0x2000
* 1000
totals: 1191
`;

Deno.test("generatedInstructions() counts what no file contains, without what it calls", () => {
  assert.equal(generatedInstructions(PROFILE), 100 + 20 + 4 + 1000);
});
