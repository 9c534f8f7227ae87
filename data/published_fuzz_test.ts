import { decodeRows, encodeHeader, encodeRows } from "../base/csv/csv.ts";
import { fuzzText } from "../base/fuzz.ts";
import { publishedRow, readPublished } from "./published.ts";

Deno.test("decodeRows() reads or refuses a damaged table of published numbers", () => {
  const name = "published.csv";
  fuzzText({
    name,
    valid: [encodeHeader(publishedRow) + encodeRows(publishedRow, readPublished().slice(0, 1))],
    parse: (text) => decodeRows(publishedRow, { name, text }),
    reaches: [/column ".*" is missing/, /"id" holds/, /"metric" holds/, /"value" holds/, /"evidence" holds/],
  });
});
