/**
 * Parsers tried on damaged and invented files. Not part of the library.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "./errors.ts";

/** Inputs for each parser: 100,000 in `deno task fuzz`, the first tenth of the same ones in other runs. */
export const FUZZ_INPUTS = Number(Deno.env.get("LENET_BENCH_FUZZ_INPUTS") ?? 10_000);

/** The parser to try, and what is known about it. */
export interface Fuzz<Input> {
  /** Reads an input. It may throw a UserError and nothing else. */
  readonly parse: (input: Input) => unknown;
  /** Inputs that `parse` accepts. Small ones: they are mutated {@linkcode FUZZ_INPUTS} times. */
  readonly valid: readonly Input[];
  /** Damage that mutations rarely cause, tried first. */
  readonly examples?: readonly Input[];
  /** What every refusal names: the file. */
  readonly name: string;
  /** For each of these, some refusal has to match it: proof that the mutations reach that deep. */
  readonly reaches: readonly RegExp[];
}

/** One change: its kind, its place, how much of the input it covers, and what replaces that. */
type Edit = readonly [kind: number, at: number, length: number, value: number];

const edit = fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 12 }), fc.nat());
const edits = fc.array(edit, { minLength: 1, maxLength: 4 });

/**
 * Tries a parser of bytes on mutations of valid files: bits flipped, bytes and 32-bit numbers replaced, parts cut out,
 * doubled and inserted. Three quarters keep the first `header` bytes of a valid file, to get past
 * them; in a third of these everything after them is random.
 *
 * @param options `header`: bytes of a valid file that identify it; 0 by default.
 */
export function fuzzBytes(fuzz: Fuzz<Uint8Array>, { header = 0 }: { readonly header?: number } = {}): void {
  const random = fc.uint8Array({ maxLength: 64 });
  const input = fc.tuple(fc.nat(), fc.nat(3), edits, random).map(([which, mode, changes, noise]) => {
    const valid = pick(fuzz.valid, which);
    const kept = mode === 0 ? 0 : header;
    const body = mode === 1 ? noise : changes.reduce(changeBytes, valid.subarray(kept));
    return concat(valid.subarray(0, kept), body);
  });
  assertStands(fuzz, input);
}

/**
 * Tries a parser of text on mutations of valid files: words, numbers and delimiters replaced by awkward ones, dropped,
 * doubled and swapped, letters changed, the end cut off; and on random text.
 */
export function fuzzText(fuzz: Fuzz<string>): void {
  // Split once: it costs more than a mutation.
  const split: (readonly string[])[] = fuzz.valid.map((text) => text.split(DELIMITER).filter((word) => word !== ""));
  const random = fc.string({ unit: "binary", maxLength: 40 });
  const input = fc.tuple(fc.nat(), fc.nat(15), edits, random).map(([which, mode, changes, noise]) =>
    mode === 0 ? noise : changes.reduce(changeWords, pick(split, which)).join("")
  );
  assertStands(fuzz, input);
}

/** Tries all inputs, and checks that all ran and that some got as deep as they should. */
function assertStands<Input>(
  { parse, valid, examples = [], name, reaches }: Fuzz<Input>,
  input: fc.Arbitrary<Input>,
): void {
  for (const each of valid) parse(each);
  const missing = new Set(reaches);
  let runs = 0;
  let accepted = 0;
  fc.assert(
    fc.property(input, (each) => {
      runs++;
      try {
        parse(each);
        accepted++;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        const { message } = error;
        // Not with assert, which would build a message for every input that passes.
        if (!message.includes(`"${name}"`)) throw new Error(`Does not name the file: ${message}`);
        if (UNPRINTABLE.test(message)) throw new Error(`Not one line of plain text: ${JSON.stringify(message)}`);
        if (message.length > MAX_MESSAGE) throw new Error(`Too long for a terminal: ${message}`);
        for (const reason of missing) if (reason.test(message)) missing.delete(reason);
      }
    }),
    { numRuns: FUZZ_INPUTS, seed: 1998, examples: examples.map((each): [Input] => [each]) },
  );
  assert.equal(runs, FUZZ_INPUTS);
  assert.ok(accepted > 0, "no mutation was harmless");
  assert.deepEqual([...missing], [], "refusals that never occurred");
}

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/** Letters of the longest message. */
const MAX_MESSAGE = 1000;

function pick<T>(from: readonly T[], at: number): T {
  return from[at % from.length]!;
}

/** 32-bit numbers at which sizes overflow, signs turn and allocations fail. */
const SIZES = [0, 1, 9, 10, 28, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x0001_0000];

function changeBytes(bytes: Uint8Array, [kind, place, length, value]: Edit): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(value & 255);
  const at = place % bytes.length;
  const end = Math.min(at + length, bytes.length);
  const splice = (from: number, to: number, ...put: Uint8Array[]) =>
    concat(bytes.subarray(0, from), ...put, bytes.subarray(to));
  switch (kind % 7) {
    case 0: // a bit flipped
      return splice(at, at + 1, Uint8Array.of(bytes[at]! ^ (1 << (value & 7))));
    case 1: // a byte replaced
      return splice(at, at + 1, Uint8Array.of(value & 255));
    case 2: // a size replaced, at an offset where sizes are likely
      return splice(at & ~3, Math.min((at & ~3) + 4, bytes.length), bigEndian(pick(SIZES, value)));
    case 3: // cut off
      return bytes.subarray(0, at);
    case 4: // cut out
      return splice(at, end);
    case 5: // doubled
      return splice(at, at, bytes.subarray(at, end));
    default: // inserted
      return splice(at, at, new Uint8Array(length).fill(value & 255));
  }
}

function bigEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The delimiters of CSV and JSON. */
const DELIMITER = /([,:"{}[\]\n])/;

/** Words that parsers, spreadsheets, file systems and reports have stumbled over. */
const WORDS = [
  ..."\",:{}[]\n\r\t'0;|\\\0\u2028\ufeff\ud800",
  '""',
  "\r\n",
  "-1",
  "1e999",
  "-1e-999",
  "0x10",
  "9007199254740993",
  "1".repeat(400),
  "NaN",
  "null",
  "true",
  "__proto__",
  "constructor",
  "toString",
  "../../etc/passwd",
  "/dev/zero",
  "=1+1",
  "<script>",
  "](javascript:alert(1))",
  "a".repeat(300),
  "[".repeat(2000),
] as const;

function changeWords(words: readonly string[], [kind, place, length, value]: Edit): readonly string[] {
  if (words.length === 0) return [pick(WORDS, value)];
  const at = place % words.length;
  const word = words[at]!;
  const inside = value % (word.length + 1);
  switch (kind % 8) {
    case 0: // replaced
    case 1:
      return words.with(at, pick(WORDS, value));
    case 2: // inserted
      return words.toSpliced(at, 0, pick(WORDS, value));
    case 3: // dropped
      return words.toSpliced(at, length);
    case 4: // doubled
      return words.toSpliced(at, 0, ...words.slice(at, at + length));
    case 5: // swapped
      return words.with(at, pick(words, value)).with(value % words.length, word);
    case 6: // cut off in the middle of a word
      return [...words.slice(0, at), word.slice(0, inside)];
    default: // a letter put in
      return words.with(at, word.slice(0, inside) + pick(WORDS, length) + word.slice(inside));
  }
}
