import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { type Columns, decodeRows, encodeHeader, encodeRows } from "./csv.ts";

const row = z.strictObject({
  schema: z.literal(1),
  name: z.string(),
  ratio: z.number().nullable(),
  count: z.int().nonnegative(),
  note: z.union([z.string().regex(/^x+$/), z.literal("")]),
});
type Row = z.infer<typeof row>;

const HEADER = "schema,name,ratio,count,note\n";

function encode(rows: readonly Row[]): string {
  return encodeHeader(row) + encodeRows(row, rows);
}

function decode(text: string) {
  return decodeRows(row, { name: "t.csv", text });
}

function assertRefused(text: string, ...expected: readonly (string | RegExp)[]): void {
  assert.throws(() => decode(text), (error: Error) => {
    assert.ok(error instanceof UserError, String(error));
    for (const part of expected) assert.match(error.message, typeof part === "string" ? new RegExp(part) : part);
    return true;
  });
}

const awkwardText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.tuple(
    fc.constantFrom("=", "+", "-", "@", "\t", "\r", "'", "''=", '"', "\uff1d", ",", "\n", "\r\n", "\ufeff", ""),
    fc.string({ unit: fc.constantFrom(..."a1,\"'\n\r\t =+-@;\\é雪") }),
  ).map(([first, rest]) => first + rest),
);

const anyRow: fc.Arbitrary<Row> = fc.record({
  schema: fc.constant(1 as const),
  name: awkwardText,
  ratio: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0)),
  count: fc.maxSafeNat(),
  note: fc.constantFrom("", "x", "xxx"),
}, { noNullPrototype: true });

Deno.test("decodeRows() reads back exactly what encodeRows() wrote", () => {
  fc.assert(
    fc.property(fc.array(anyRow), (rows) => {
      assert.deepEqual(decode(encode(rows)), { rows, notices: [] });
    }),
    { seed: 1, numRuns: 500 },
  );
});

Deno.test("encodeRows() lets no text cell start a formula, and keeps negative numbers as numbers", () => {
  const text = encode([{ schema: 1, name: "=1+1", ratio: -0.5, count: 3, note: "" }]);
  assert.equal(text, `${HEADER}1,'=1+1,-0.5,3,\n`);
});

Deno.test("encodeRows() refuses a row that does not match its schema", () => {
  assert.throws(() => encodeRows(row, [{ schema: 1, name: "a", ratio: NaN, count: 3, note: "" }]), {
    name: "ZodError",
  });
});

Deno.test("decodeRows() drops a last line that is cut before its last cell, or anywhere if more are to follow", () => {
  const rows: Row[] = [
    { schema: 1, name: "one", ratio: 1, count: 1, note: "" },
    { schema: 1, name: 'say "two", three', ratio: null, count: 2, note: "x" },
  ];
  const whole = encode(rows);
  const second = encode(rows.slice(0, 1)).length;
  for (let end = second + 1; end < whole.length; end++) {
    const text = whole.slice(0, end);
    const notices = ['The last line of "t.csv" was cut off in the middle and is left out.'];
    assert.deepEqual(decodeRows(row, { name: "t.csv", text, isContinued: true }), { rows: rows.slice(0, 1), notices });
    if (end < whole.lastIndexOf(",") + 1) assert.deepEqual(decode(text), { rows: rows.slice(0, 1), notices });
  }
  assert.deepEqual(decode(whole.slice(0, second)).notices, []);
});

Deno.test("decodeRows() reads a last line that has all its cells and no line break, unless more are to follow", () => {
  const rows = [1, 2].map((count) => ({ schema: 1, name: "a", ratio: null, count, note: "x" }));
  for (const end of ["", "\r"]) {
    const text = `${HEADER}1,a,,1,x\n1,a,,2,x${end}`;
    const { rows: read, notices } = decodeRows(row, { name: "t.csv", text });
    assert.deepEqual(read, rows);
    assert.deepEqual(notices, ['The last line of "t.csv" has all its cells, but no line break: it counts as whole.']);
    assert.deepEqual(decodeRows(row, { name: "t.csv", text, isContinued: true }).rows, rows.slice(0, 1));
  }
  assert.deepEqual(decodeRows(row, { name: "t.csv", text: HEADER.trimEnd() }).rows, [], "a header alone");
});

Deno.test("decodeRows() reads the line ends of Windows and of old Macs, and numbers with a capital E", () => {
  for (const end of ["\r\n", "\r"]) {
    assert.deepEqual(decode(`${HEADER}1,a,-2.5E-03,3,x\n`.replaceAll("\n", end)), {
      rows: [{ schema: 1, name: "a", ratio: -0.0025, count: 3, note: "x" }],
      notices: [],
    });
  }
});

Deno.test("decodeRows() skips empty lines anywhere, also those of a spreadsheet's empty rows", () => {
  const rows = [1, 2].map((count) => ({ schema: 1, name: "a", ratio: null, count, note: "x" }));
  const [one, two] = ["1,a,,1,x\n", "1,a,,2,x\n"];
  for (const empty of ["\n", "\r\n", "  \n", ",,,,\n", '"","",,,\n', "\n\n,,,,\n"]) {
    for (const text of [empty + HEADER + one + two, HEADER + empty + one + two, HEADER + one + empty + two + empty]) {
      assert.deepEqual(decode(text), { rows, notices: [] }, JSON.stringify(text));
    }
  }
  for (const open of ["  ", ",,,,", "\r"]) {
    assert.deepEqual(decode(HEADER + one + two + open), { rows, notices: [] }, JSON.stringify(open));
  }
  assertRefused(`${HEADER}\n\n1,a,,many,\n`, "line 4", '"many"');
});

Deno.test("decodeRows() names other separators, also behind quotes", () => {
  for (const [separator, what] of [[";", '";"'], ["\t", "tabs"], ["|", '"\\|"']] as const) {
    for (const text of [HEADER, `${HEADER}1,a,0.5,3,x\n`, '"schema","name","ratio"\n"1","a","2"\n']) {
      assertRefused(
        text.replaceAll(",", separator),
        `"t.csv": the cells of line 1 are separated by ${what}, not by commas`,
      );
    }
  }
  assertRefused('"schema;name"";x"\n', /separated by ";"/);
});

Deno.test("decodeRows() names what a spreadsheet made of a cell", () => {
  const refused = (column: "ratio" | "count" | "note", cell: string, what: string) => {
    const cells = { ratio: "0.5", count: "3", note: "x", [column]: `"${cell}"` };
    assertRefused(
      `${HEADER}1,a,0.5,3,\n1,a,${cells.ratio},${cells.count},${cells.note}\n`,
      `"t\\.csv": line 3, column "${column}" holds "${RegExp.escape(cell)}": ${what}\\. Restore the file`,
    );
  };
  for (const cell of ["0,5", "-12,25", "7,850", "1,00E+03", "2,2e-2"]) {
    refused("ratio", cell, "a number with a decimal comma");
  }
  for (const cell of ["12,286.12", "1.234,5", "1 234 567,8", "1'234.5"]) {
    refused("ratio", cell, "a number with thousands separators");
  }
  for (const cell of ["7,850", "7.850", "1 234 567", "1\u202f234"]) {
    refused("count", cell, "a number with thousands separators");
  }
  for (const cell of ["1.00E+03", "1,2e5", "1E3"]) refused("count", cell, "a number rounded to its first digits");
  for (const cell of ["3.0", "3,00"]) refused("count", cell, "a number with decimals, not a whole one");
  for (const cell of ["24.5%", "0,5 s", "3 €"]) refused("ratio", cell, "a number with a unit");
  const dates = [
    "28.11.2026 21:49",
    "2026-11-28",
    "1/2/26",
    "01. Feb",
    "Jan 22",
    "22-Mär",
    "2026-11-28 21:49:00",
    "01.02.",
  ];
  for (const cell of dates) {
    for (const column of ["count", "note"] as const) refused(column, cell, "a date as a spreadsheet writes it");
  }
  refused("ratio", "00:47,5", "a time as a spreadsheet writes it");
  for (const cell of ["###", "#NUM!", "#N/A", "#NAME?"]) {
    refused("ratio", cell, "what a spreadsheet shows in place of a value");
  }
  for (const cell of ["1.23E+45", "1,23E+45"]) refused("note", cell, "a number rounded to its first digits");
  assertRefused(`${HEADER}1,a,0,5,3,x\n`, "line 2 has 6 cells instead of 5", "Commas in numbers");
});

Deno.test("decodeRows() names file, line, column and value in its errors", () => {
  assertRefused(`${HEADER}1,a,1,3,\n1,"b\nb",1,3,\n1,c,1,many,\n`, /"t\.csv"/, "line 5", '"count"', '"many"');
  assertRefused(`${HEADER}1,a,0x10,3,\n`, '"ratio"', '"0x10": not a number');
  assertRefused(`${HEADER}1,a, 1,3,\n`, '"ratio"', '" 1"');
  assertRefused(`${HEADER}1,a,1,,\n`, '"count"', '""');
  assertRefused(`${HEADER}1,a,1,-3,\n`, '"count"', '"-3"');
  assertRefused(`${HEADER}1,a,1,3,y\n`, '"note"', '"y"');
  assertRefused(`${HEADER}1,a,1,3,${"y".repeat(500)}\n`, /"y{60}\.\.\."/);
});

Deno.test("decodeRows() refuses damage before the last line", () => {
  assertRefused(`${HEADER}1,a,1\n1,b,1,3,\n`, "line 2", "3 cells");
  assertRefused(`${HEADER}1,"a,1,3,\n1,b,1,3,\n1,c,1,3,\n`, "t.csv", /quote/i);
  assertRefused(`${HEADER}1,a"b,1,3,\n`, "t.csv", /quote/i);
});

Deno.test("decodeRows() refuses another header or schema version", () => {
  assertRefused("", "no header");
  assertRefused("schema,na", '"name" is missing');
  assertRefused("schema,name,ratio,count\n", '"note" is missing');
  assertRefused("schema,name,ratio,count,note,extra\n", '"extra" is unknown');
  assertRefused("schema,name,count,ratio,note\n", "order");
  assertRefused("schema,name,name,ratio,count,note\n", "order");
  assertRefused("schema,name,colour\n2,a,red\n", "version 1", "line 2", '"2"');
});

Deno.test("decodeRows() reads any bytes or refuses them with a UserError", () => {
  const refusedOrRead = (text: string) => {
    try {
      decode(text);
    } catch (error) {
      assert.ok(error instanceof UserError, String(error));
    }
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => refusedOrRead(new TextDecoder().decode(bytes))),
    { seed: 2, numRuns: 300 },
  );
  const damaged = fc.tuple(fc.array(anyRow, { maxLength: 4 }), fc.nat(), fc.string({ unit: "binary", maxLength: 3 }));
  fc.assert(
    fc.property(damaged, ([rows, at, junk]) => {
      const text = encode(rows);
      const position = at % (text.length + 1);
      refusedOrRead(text.slice(0, position));
      refusedOrRead(text.slice(0, position) + junk + text.slice(position + 1));
    }),
    { seed: 3, numRuns: 500 },
  );
});

Deno.test("Columns rejects a schema whose columns are narrower or wider than the row type", () => {
  type Row = { readonly kind: "a" | "b"; readonly n: number | null };
  const fits = { kind: z.enum(["a", "b"]), n: z.number().nullable() } satisfies Columns<Row>;
  // @ts-expect-error "b" is missing.
  ({ ...fits, kind: z.enum(["a"]) }) satisfies Columns<Row>;
  // @ts-expect-error "c" is too many.
  ({ ...fits, kind: z.enum(["a", "b", "c"]) }) satisfies Columns<Row>;
  // @ts-expect-error `n` may not be null.
  ({ ...fits, n: z.number() }) satisfies Columns<Row>;
});
