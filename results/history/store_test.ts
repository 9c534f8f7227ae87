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

Deno.test("readHistory() reads a whole last line without a line break, and appendHistory() ends it", () =>
  withFile((path) => {
    appendHistory(path, FIRST);
    Deno.writeTextFileSync(path, Deno.readTextFileSync(path).trimEnd());
    assert.deepEqual(readHistory(path), { records: FIRST, notices: [] });
    assert.deepEqual(appendHistory(path, SECOND), { added: 1, notices: [] });
    assert.deepEqual(readHistory(path), { records: [...FIRST, ...SECOND], notices: [] });
  }));

Deno.test("readHistory() skips empty lines and a byte order mark", () =>
  withFile((path) => {
    appendHistory(path, FIRST);
    const [one, two] = Deno.readTextFileSync(path).split("\n");
    for (const text of [`\uFEFF${one}\n${two}\n\n`, `\n${one}\r\n  \r\n${two}\r\n`, `${one}\n\n${two}\n   `]) {
      Deno.writeTextFileSync(path, text);
      assert.deepEqual(readHistory(path), { records: FIRST, notices: [] });
      assert.deepEqual(appendHistory(path, SECOND).added, 1);
      assert.deepEqual(readHistory(path).records, [...FIRST, ...SECOND]);
    }
  }));

Deno.test("readHistory() and appendHistory() name an encoding that is not UTF-8, and leave the file alone", () =>
  withFile((path) => {
    const bytes = new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0, 0x0a, 0]);
    Deno.writeFileSync(path, bytes);
    const message = `Cannot read "${path}": line 1 is UTF-16, not UTF-8 text. Restore the file as it was written, or ` +
      "save it as text in UTF-8.";
    assert.throws(() => readHistory(path), { name: "UserError", message });
    assert.throws(() => appendHistory(path, FIRST), { name: "UserError", message });
    assert.deepEqual(Deno.readFileSync(path), bytes);
  }));

Deno.test("readHistory() counts equal lines of a run once, and says so", () =>
  withFile((path) => {
    appendHistory(path, FIRST);
    appendHistory(path, SECOND);
    const lines = Deno.readTextFileSync(path);
    const { commit_time: _, commit_position: __, ...timeless } = FIRST[0]!;
    Deno.writeTextFileSync(path, `${JSON.stringify(timeless)}\n${lines}${lines}`);
    const { records, notices } = readHistory(path);
    assert.deepEqual(records, [...FIRST, ...SECOND]);
    assert.deepEqual(notices, [`4 lines of "${path}" repeat earlier ones, and count once.`]);
  }));

Deno.test("readHistory() refuses a line that contradicts an earlier one of its run", () =>
  withFile((path) => {
    const other = { ...FIRST[0]!, value: 31, samples: [31] };
    Deno.writeTextFileSync(path, [...FIRST, other].map((record) => `${JSON.stringify(record)}\n`).join(""));
    assert.throws(() => readHistory(path), {
      name: "UserError",
      message: `Cannot read line 3 of "${path}": line 1 has other values of the same run. Remove one of the two.`,
    });
  }));

Deno.test("readHistory() reads lines of version 1, and appendHistory() adds what they lack", () =>
  withFile((path) => {
    const counts = fakeRecord({ metric: "failed_trials", unit: "trials", centre: "sum", value: 0, samples: [0] });
    const { commit_position: _, ...older } = FIRST[0]!;
    Deno.writeTextFileSync(path, `${JSON.stringify({ ...older, schema: 1 })}\n`);
    assert.deepEqual(readHistory(path).records, [older]);
    const positions = new Map([[older.commit, 7]]);
    assert.equal(appendHistory(path, [FIRST[0]!, counts], { positions }).added, 1);
    assert.deepEqual(readHistory(path).records, [{ ...older, commit_position: 7 }, counts]);
  }));

Deno.test("appendHistory() loses no line of processes that add at once, to a file that is not there yet", () =>
  withFile(async (path) => {
    const script = join(path, "..", "add.ts");
    Deno.writeTextFileSync(
      script,
      `import { appendHistory } from ${JSON.stringify(import.meta.resolve("./store.ts"))};
       import { fakeRecord } from ${JSON.stringify(import.meta.resolve("./testing.ts"))};
       appendHistory(${JSON.stringify(path)}, [fakeRecord({ commit: Deno.args[0] })]);`,
    );
    const args = ["run", "-A", "--no-check", "--config", new URL("../../deno.json", import.meta.url).pathname, script];
    const runs = ["aaa1", "aaa2", "aaa3", "aaa4"].map((commit) =>
      new Deno.Command(Deno.execPath(), { args: [...args, commit], stderr: "piped" }).output()
    );
    for (const { success, stderr } of await Promise.all(runs)) assert.ok(success, new TextDecoder().decode(stderr));
    assert.deepEqual(readHistory(path).records.map(({ commit }) => commit).sort(), ["aaa1", "aaa2", "aaa3", "aaa4"]);
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
    assert.match(message(good.replace('"schema":2', '"schema":3')), /line 2 of "FILE": "schema": /);
    assert.match(message(good.replace('"value":30', '"value":"30"')), /line 2 of "FILE": "value": /);
    assert.match(message(good.replace('"unit"', '"units"')), /line 2 of "FILE": .*unit/);
    assert.match(message(good.replace("{", '{"tested":9,').replace("[30]", "[130]")), /"samples": per cents/);
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
