/**
 * Parsers of the options that name files and folders.
 *
 * @module
 */
import { option, optional, type Parser, text, withDefault } from "@optique/core";
import { path } from "@optique/run";
import type { PathOption, PathOptions } from "./path_options.ts";

/** The parser of an option that has to be typed. */
export function pathOption({ names, metavar, description }: PathOption) {
  return option(...names, path({ metavar }), { description: [text(description)] });
}

/** Parsers by the names of their values: a path, or its default, or undefined if there is none. */
export function pathOptions<Options extends PathOptions>(options: Options) {
  const parsers = Object.entries(options).map(([name, each]) => [
    name,
    each.default === undefined ? optional(pathOption(each)) : withDefault(pathOption(each), each.default),
  ]);
  return Object.fromEntries(parsers) as { [Name in keyof Options]: PathParser<Options[Name]> };
}

type PathParser<Each extends PathOption> = Parser<
  "sync",
  Each extends { readonly default: string } ? string : string | undefined,
  unknown
>;
