import assert from "node:assert/strict";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../../base/errors.ts";
import { withFolder } from "../../base/testing.ts";
import { createTable, decodeTable, encodeTable, holdsTable, readTable, type Table } from "./table.ts";

/** A table as it began, and the same one after a renamed and two new columns. */
const FIRST = {
  file: "scratch.csv",
  version: 1,
  row: z.strictObject({ schema: z.literal(1), trial: z.string(), errs: z.int() }),
  per: "trial",
} as const satisfies Table;
const SECOND = {
  file: "scratch.csv",
  version: 2,
  row: z.strictObject({
    schema: z.literal(2),
    trial: z.string(),
    errors: z.int(),
    joules: z.number().nullable(),
    notes: z.array(z.string()),
  }),
  per: "trial",
  older: { oldest: 1, renamed: { errors: "errs" }, defaults: { joules: null, notes: [] } },
} as const satisfies Table;

const name = SECOND.file;

Deno.test("createTable() starts a file whose rows readTable() returns", () =>
  withFolder((folder) => {
    const directory = join(folder, "new", "run");
    assert.equal(holdsTable(SECOND, directory), false);
    const store = createTable(SECOND, directory);
    assert.equal(holdsTable(SECOND, directory), true);
    const rows = [
      { schema: 2, trial: "a", errors: 1, joules: 2.5, notes: ["one | two", 'say "three",\n"four"'] },
      { schema: 2, trial: "b", errors: 0, joules: null, notes: [] },
    ] as const;
    for (const row of rows) store.append({ ...row, notes: [...row.notes] });
    assert.deepEqual(readTable(SECOND, directory), { rows, notices: [] });
    assert.throws(() => createTable(SECOND, directory), /already holds "scratch.csv".*--out/);
  }));

Deno.test("decodeTable() fills the columns that an older file lacks with their defaults", () => {
  const old = encodeTable(FIRST, [{ schema: 1, trial: "a", errs: 7 }]);
  assert.deepEqual(decodeTable(SECOND, { name, text: old }).rows, [
    { schema: 2, trial: "a", errors: 7, joules: null, notes: [] },
  ]);
  assert.deepEqual(decodeTable(SECOND, { name, text: encodeTable(FIRST, []) }).rows, []);
});

Deno.test("decodeTable() rewrites the cells of an older file", () => {
  const table = { ...SECOND, older: { ...SECOND.older, cells: { errors: (cell: string) => `1${cell}` } } };
  const read = (text: string) => decodeTable(table, { name, text }).rows.map(({ errors }) => errors);
  assert.deepEqual(read("schema,trial,errs\n1,a,7\n"), [17]);
  assert.deepEqual(read("schema,trial,errors,joules,notes\n2,a,7,,[]\n"), [7]);
});

Deno.test("decodeTable() requires all columns of the current version under their present names", () => {
  const refused = (text: string, expected: RegExp, table: Table = SECOND) =>
    assert.throws(
      () => decodeTable(table, { name, text }),
      (error: Error) => error instanceof UserError && expected.test(error.message),
    );
  refused("schema,trial,errors\n2,a,7\n", /column "joules" is missing/);
  refused("schema,trial,errs,joules,notes\n2,a,7,,[]\n", /column "errors" is missing/);
  refused("schema,trial,errors,joules,notes\n2,a,7,,none\n", /column "notes" holds "none"/);
  refused(
    "schema,trial,errors,joules,notes\n3,a,7,,[]\n",
    /"schema" holds "3", this program reads schema versions 1 to 2/,
  );
  refused("schema,trial,errs\n1,a,7\n2,a,7\n", /line 3, column "schema" holds "2"/);
  refused("schema,trial,errs\n1,a,7\n", /reads schema version 3\./, {
    ...FIRST,
    row: FIRST.row.extend({ schema: z.literal(3) }),
  });
});
