/**
 * Parsers of the arguments and options that name files and folders. A relative path starts where the user stands.
 *
 * @module
 */
import { message, option, optional, type Parser, text, type ValueParser, withDefault } from "@optique/core";
import { path } from "@optique/run";
import type { PathOption, PathOptions } from "./path_options.ts";
import { projectPath, STANDARD_OUTPUT, typedPath } from "./user_paths.ts";

/** Reads a path; `-` only where that can be standard output. */
export function userPath(
  { metavar, standardOutput = false }: Pick<PathOption, "standardOutput"> & { readonly metavar: PathOption["metavar"] },
): ValueParser<"sync", string> {
  const parser = path({ metavar });
  return {
    ...parser,
    parse(input) {
      if (input === STANDARD_OUTPUT) {
        return standardOutput ? { success: true, value: input } : {
          success: false,
          error: message`${input} is standard output. A file or folder of that name is ${`./${input}`}.`,
        };
      }
      const result = parser.parse(input);
      return result.success ? { ...result, value: typedPath(result.value) } : result;
    },
  };
}

/** The parser of an option that has to be typed. */
export function pathOption(each: PathOption) {
  return option(...each.names, userPath(each), { description: [text(each.description)] });
}

/** Parsers by the names of their values: a path, or its default, or undefined if there is none. */
export function pathOptions<Options extends PathOptions>(options: Options) {
  const parsers = Object.entries(options).map(([name, each]) => [
    name,
    each.default === undefined
      ? optional(pathOption(each))
      : withDefault(pathOption(each), () => projectPath(each.default!)),
  ]);
  return Object.fromEntries(parsers) as { [Name in keyof Options]: PathParser<Options[Name]> };
}

type PathParser<Each extends PathOption> = Parser<
  "sync",
  Each extends { readonly default: string } ? string : string | undefined,
  unknown
>;
