/**
 * What spreadsheets make of a CSV file, recognised so that an error can name it: other separators, numbers of another
 * country, numbers rounded to what a cell shows, dates.
 *
 * @module
 */

/** What the cells of a column are. */
export type CellKind = "integer" | "number" | "text";

const DATE = "a date as a spreadsheet writes it";
const MONTH = "(jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])";
const GROUPS = "-?\\d{1,3}([,.'’\\s]\\d{3})+";

/** Forms of a cell that is not read, in the order in which they are tried; `of` are the columns where that is one. */
const FORMS: readonly { readonly form: RegExp; readonly what: string; readonly of?: readonly CellKind[] }[] = [
  { form: new RegExp(`^${GROUPS}$`), what: "a number with thousands separators", of: ["integer"] },
  { form: new RegExp(`^${GROUPS}[.,]\\d+$`), what: "a number with thousands separators" },
  { form: /^-?\d*,\d+(e[-+]?\d+)?$/i, what: "a number with a decimal comma", of: ["number"] },
  { form: /^-?\d+([.,]\d+)?e[-+]?\d+$/i, what: "a number rounded to its first digits", of: ["integer", "text"] },
  { form: /^-?\d+[.,]\d+$/, what: "a number with decimals, not a whole one", of: ["integer"] },
  { form: /^\d{1,4}([-./])\d{1,2}(\1\d{1,4})?\.?([\sT]+\d{1,2}:\d\d.*)?$/, what: DATE },
  { form: new RegExp(`^(\\d{1,4}[-.\\s]+)?${MONTH}[a-zä]*([-.\\s]+\\d{1,4})?$`, "i"), what: DATE },
  { form: /^\d{1,2}:\d\d(:\d\d)?([.,]\d+)?$/, what: "a time as a spreadsheet writes it" },
  { form: /^#+([A-Z/0]+[!?]?)?$/, what: "what a spreadsheet shows in place of a value" },
  { form: /^-?[\d.,]+\s*(%|[a-z€$]+)$/i, what: "a number with a unit", of: ["integer", "number"] },
];

/** What a spreadsheet made of a cell that its column does not take; undefined if it is none of its forms. */
export function spreadsheetForm(cell: string, kind: CellKind): string | undefined {
  return FORMS.find(({ form, of }) => form.test(cell) && (of?.includes(kind) ?? true))?.what;
}

const SEPARATORS = [{ separator: ";", what: '";"' }, { separator: "\t", what: "tabs" }, {
  separator: "|",
  what: '"|"',
}];

/** What separates the names of this header, which contain the first one of `columns`, if it is not commas. */
export function otherSeparator(header: string, [first]: readonly string[]): string | undefined {
  const names = (separator: string) => header.split(separator).map((name) => name.trim().replaceAll('"', ""));
  return SEPARATORS.find(({ separator }) => header.includes(separator) && names(separator).includes(first!))?.what;
}
