import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../../base/errors.ts";
import { FUZZ_INPUTS } from "../../base/fuzz.ts";
import { denoArguments, TASKS } from "./permissions.ts";
import { USER_FOLDER_VARIABLE } from "./user_paths.ts";

Deno.test("denoArguments() permits nothing but what its arguments name", () => {
  const words = [
    ...Object.values(TASKS).flatMap(({ options, with: others = {} }) => Object.keys({ ...options, ...others })),
    "--",
    "-",
    "--out=",
    "=",
    "",
    "/",
  ];
  const word = fc.oneof(fc.constantFrom(...words), fc.string({ unit: "binary", maxLength: 12 }));
  const invocation = fc.tuple(fc.constantFrom(...Object.keys(TASKS)), fc.array(word, { maxLength: 5 }));
  let runs = 0;
  fc.assert(
    fc.property(invocation, ([task, args]) => {
      runs++;
      let given: string[];
      try {
        given = denoArguments(task, { args });
      } catch (error) {
        if (error instanceof UserError) return;
        throw error;
      }
      const { program, with: others = {}, ...rights } = TASKS[task]!;
      const script = given.indexOf(program[0]);
      assert.deepEqual(given.slice(script), [...program, ...args]);
      const fixed = [rights, ...Object.values(others)].flatMap(({ env, hosts, sys, programs, reads, writes, output }) =>
        [
          ".",
          USER_FOLDER_VARIABLE,
          env,
          hosts,
          sys,
          programs,
          reads,
          writes,
          typeof output === "object" ? output.paths : [],
        ].flat()
      );
      assert.deepEqual(given.slice(0, 4), ["run", "--quiet", "--no-prompt", "--no-remote"]);
      for (const flag of given.slice(4, script)) {
        const [, values] = /^--allow-[a-z]+=(.+)$/s.exec(flag)!;
        for (const value of values!.split(",")) {
          assert.ok(
            fixed.includes(value.replace(/\.partial$/, "")) ||
              args.some((argument) => argument.includes(value.replace(/\.partial$/, ""))),
            flag,
          );
        }
      }
    }),
    { seed: 9, numRuns: FUZZ_INPUTS },
  );
  assert.equal(runs, FUZZ_INPUTS);
});
