import assert from "node:assert/strict";
import config from "../deno.json" with { type: "json" };
import { TASKS } from "./command/permissions.ts";

const PAGE = new URL("../docs/security.md", import.meta.url);
const page = await Deno.readTextFile(PAGE);

/** The rows of the page's tables, a list of cells each. */
const rows = page.split("\n").filter((line) => line.startsWith("| ")).map((line) => line.split("|").slice(1, -1));

Deno.test("docs/security.md names only tests that exist", async () => {
  const claims = rows.filter((cells) => cells.length === 3 && cells[2]!.includes("_test.ts"));
  assert.ok(claims.length >= 13);
  for (const [, , proof] of claims) {
    const [, address] = /\]\((.*?_test\.ts)\)/.exec(proof!)!;
    const tests = await Deno.readTextFile(new URL(address!, PAGE));
    const names = [...proof!.matchAll(/"(.*?)"/g)];
    assert.ok(names.length > 0, proof!);
    for (const [, name] of names) assert.ok(tests.includes(name!), `${address} has no test "${name}"`);
  }
});

Deno.test("docs/security.md says what each task may do", () => {
  const told = new Map(
    rows.filter((cells) => cells.length === 6).map(([task, ...cells]) => [task!.trim(), cells.join()]),
  );
  for (const [task, { with: others = {}, ...rights }] of Object.entries(TASKS)) {
    const text = told.get(`\`${task}\``) ?? "";
    const items = [rights, ...Object.values(others)].flatMap(
      ({ options = {}, reads, writes, hosts, programs, env, sys, output }) => [
        ...task === "bench:peers" ? [] : Object.keys(options).filter((option) => option.startsWith("--")),
        ...[reads, writes, typeof output === "object" ? output.paths : [], hosts, programs, env, sys].flat(),
      ],
    );
    for (const item of [...Object.keys(others), ...items]) {
      assert.ok(item === undefined || text.includes(item), `${task}: ${item}`);
    }
  }
  // The tasks whose permissions are in deno.json.
  for (const [task, { command }] of Object.entries(config.tasks)) {
    if (task in TASKS || task === "test" || task === "fuzz") continue;
    const text = told.get(`\`${task}\``) ?? "";
    assert.notEqual(text, "", `${task} is missing`);
    for (const run of command.split(" && ")) assert.match(run, /^deno run --no-prompt --no-remote --allow/);
    for (const [, kind, values] of command.matchAll(/--allow-(\w+)(?:=(\S+))?/g)) {
      assert.ok(values !== undefined, `${task} may ${kind} anything`);
      for (const value of values.split(",")) assert.ok(value === "." || text.includes(value), `${task}: ${value}`);
    }
  }
});
