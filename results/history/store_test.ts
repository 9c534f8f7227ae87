import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { UserError } from "../../base/errors.ts";
import { appendHistory, type HistoryRecord, readHistory } from "./store.ts";
import { fakeRecord } from "./testing.ts";

async function withFile(test: (path: string) => void | Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await test(join(directory, "history.jsonl"));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const FIRST = [fakeRecord(), fakeRecord({ metric: "first_step", unit: "s" })];
const SECOND = [fakeRecord({ commit: "4567def", started: "2024-01-03T04:00:00Z" })];

Deno.test("readHistory() reads runs in the order in which they were added", () =>
  withFile((path) => {
    assert.deepEqual(appendHistory(path, FIRST), { added: 2, notices: [] });
    assert.deepEqual(appendHistory(path, SECOND), { added: 1, notices: [] });
    assert.deepEqual(readHistory(path), { records: [...FIRST, ...SECOND], notices: [] });
  }));

Deno.test("readHistory() reads any text and number as it was written", () =>
  withFile((path) => {
    const text = fc.string({ unit: "binary", minLength: 1, maxLength: 40 }).filter((s) => s !== "unknown");
    const samples = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(text, text, samples, (commit, variant, values) => {
        const record = fakeRecord({ commit, variant, samples: values.map((value) => value + 0) });
        Deno.writeTextFileSync(path, "");
        appendHistory(path, [record]);
        assert.deepEqual(readHistory(path).records, [record]);
      }),
      { seed: 1, numRuns: 100 },
    );
  }));

Deno.test("appendHistory() leaves alone a run that is there already", () =>
  withFile((path) => {
    appendHistory(path, FIRST);
    appendHistory(path, SECOND);
    const before = Deno.readTextFileSync(path);
    const { commit_time: _, ...unknownTime } = FIRST[0]!;
    assert.equal(appendHistory(path, FIRST).added, 0);
    assert.equal(appendHistory(path, [FIRST[1]!, unknownTime]).added, 0);
    assert.equal(Deno.readTextFileSync(path), before);
  }));

Deno.test("appendHistory() refuses a run that is there with other values", () =>
  withFile((path) => {
    appendHistory(path, FIRST);
    const before = Deno.readTextFileSync(path);
    const refused = (records: readonly HistoryRecord[]) =>
      assert.throws(() => appendHistory(path, records), {
        name: "UserError",
        message: /it is there with other values/,
      });
    refused([FIRST[0]!, { ...FIRST[1]!, value: 31 }]);
    refused([...FIRST, fakeRecord({ metric: "peak_memory" })]);
    refused(FIRST.slice(1));
    assert.equal(Deno.readTextFileSync(path), before);
  }));

Deno.test("readHistory() leaves out a last line that was cut off, and appendHistory() removes it", () =>
  withFile((path) => {
    appendHistory(path, FIRST);
    Deno.writeTextFileSync(path, '{"schema":1,"commit":"äöü', { append: true });
    const notices = [`The last line of "${path}" was cut off in the middle and is left out.`];
    assert.deepEqual(readHistory(path), { records: FIRST, notices });
    assert.deepEqual(appendHistory(path, SECOND), { added: 1, notices });
    assert.deepEqual(readHistory(path), { records: [...FIRST, ...SECOND], notices: [] });
  }));

Deno.test("readHistory() refuses other damage and names its line", () =>
  withFile((path) => {
    const good = JSON.stringify(FIRST[0]);
    const message = (line: string) => {
      Deno.writeTextFileSync(path, `${good}\n${line}\n${good}\n`);
      let told = "";
      assert.throws(() => readHistory(path), (error) => {
        assert.ok(error instanceof UserError);
        told = error.message.replace(path, "FILE");
        return true;
      });
      return told;
    };
    assert.match(message(good.slice(0, 50)), /^Cannot read line 2 of "FILE": .* Repair or remove that line\.$/);
    assert.match(message(good.replace('"schema":1', '"schema":2')), /line 2 of "FILE": "schema": /);
    assert.match(message(good.replace('"value":30', '"value":"30"')), /line 2 of "FILE": "value": /);
    assert.match(message(good.replace('"unit"', '"units"')), /line 2 of "FILE": .*unit/);
    assert.match(message(""), /line 2 of "FILE"/);
    assert.match(message(good.replace("0123abc", "unknown")), /"commit": a known commit/);
  }));

Deno.test("readHistory() and appendHistory() say what can't be read or written", () =>
  withFile((path) => {
    assert.throws(() => readHistory(path), { name: "UserError", message: /There is no history ".*history add RUN/ });
    const below = join(path, "history.jsonl");
    assert.throws(() => appendHistory(below, FIRST), {
      name: "UserError",
      message: `Cannot write "${below}": there is no folder "${path}". Make the folder first.`,
    });
    Deno.mkdirSync(path);
    appendHistory(below, FIRST);
    assert.throws(() => readHistory(path), { name: "UserError", message: /^Cannot read "/ });
    assert.throws(() => appendHistory(join(below, "history.jsonl"), FIRST), {
      name: "UserError",
      message: /^Cannot (read|write) ".* another file with --file/s,
    });
  }));
