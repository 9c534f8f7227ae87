import { fuzzText } from "../../base/fuzz.ts";
import { decodeHistory } from "./store.ts";
import { fakeRecord } from "./testing.ts";

Deno.test("decodeHistory() reads a damaged history, or refuses it by line", () =>
  fuzzText({
    name: "history.jsonl",
    valid: [1, 2].map((lines) => `${JSON.stringify(fakeRecord({}))}\n`.repeat(lines)),
    parse: (text) => decodeHistory(text, "history.jsonl"),
    reaches: [/line 1 of/, /line 2 of/, /"value"/, /"schema"/, /JSON/],
  }));
