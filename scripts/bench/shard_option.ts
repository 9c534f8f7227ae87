/**
 * How `--shard I/N` is read.
 *
 * @module
 */
import { message, type ValueParser } from "@optique/core";
import { type Shard, shardText } from "../../engine/running/shard.ts";

/** `1/4` to `4/4`, so that no machine gets work that is never merged. */
export const shardValue: ValueParser<"sync", Shard> = {
  mode: "sync",
  metavar: "I/N",
  placeholder: { number: 1, of: 1 },
  parse(input) {
    const [, number, of] = (/^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(input) ?? []).map(Number);
    return number === undefined || of === undefined || number > of
      ? { success: false, error: message`Expected a shard from 1/N to N/N, such as 2/4, but got ${input}.` }
      : { success: true, value: { number, of } };
  },
  format: shardText,
};
