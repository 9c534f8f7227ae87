/**
 * Numbers for readers, the same on every machine: nothing here depends on the locale.
 *
 * @module
 */
import type { Interval } from "../../results/statistics/intervals.ts";
import type { Ratio } from "../../results/statistics/ratio.ts";
import { type Literal, type Markdown, md, trusted } from "./markdown.ts";

/** `60000` as `60,000`. */
export function integer(value: number): Markdown {
  return trusted(Math.round(value).toFixed(0).replace(/\B(?=(\d{3})+$)/g, ","));
}

/** A percentage without its sign, two decimals: 0.01 is one image of 10,000. */
export function percent(value: number): Markdown {
  return trusted(value.toFixed(2));
}

/** A difference of percentages with its sign; one that rounds to zero has none. */
export function signed(value: number): Markdown {
  const text = percent(Math.abs(value));
  return Number(text) === 0 ? text : value < 0 ? md`-${text}` : md`+${text}`;
}

/** `0.76 to 1.18`. */
export function interval({ low, high }: Interval): Markdown {
  return md`${percent(low)} to ${percent(high)}`;
}

/** An interval of a difference, `-0.40 to +0.12`. */
export function signedInterval({ low, high }: Interval): Markdown {
  return md`${signed(low)} to ${signed(high)}`;
}

/** A p value, three decimals or `below 0.001`. */
export function probability(p: number): Markdown {
  return p < 0.001 ? md`below 0.001` : trusted(p.toFixed(3));
}

/** A duration in seconds or a rate: three digits, or all digits before the point. */
export function measure(value: number): Markdown {
  return value >= 100 ? integer(value) : trusted(value.toPrecision(3));
}

/** A median or ratio with its interval: `12.3 (11.9 to 12.8)`. */
export function times({ value, interval: { low, high } }: Ratio): Markdown {
  return md`${measure(value)} (${measure(low)} to ${measure(high)})`;
}

/** What was not measured is not 0, so this says it in words. */
export const NOT_AVAILABLE = md`not available`;

/** A value in a table, or that there is none. */
export function cell(value: number | null | undefined, show: (value: number) => Markdown = measure): Markdown {
  return value === null || value === undefined ? NOT_AVAILABLE : show(value);
}

/** Two digits of a number of any size: `0.43`, `12`, `3.1e-7`. */
export function scientific(value: number): Markdown {
  return value === 0 || (value >= 0.001 && value < 1000)
    ? md`${Number(value.toPrecision(2))}`
    : trusted(value.toExponential(1));
}

/** `1 seed`, `3 seeds`. */
export function counted<const T extends string>(count: number, noun: Literal<T>): Markdown {
  return md`${integer(count)} ${trusted(noun)}${count === 1 ? "" : md`s`}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly Markdown[]): Markdown;
export function listed(items: readonly string[]): string;
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** Names, which may contain commas: `a; b, c; d`. */
export function names(items: readonly Markdown[]): Markdown;
export function names(items: readonly string[]): string;
export function names(items: readonly string[]): string {
  return items.join("; ");
}
