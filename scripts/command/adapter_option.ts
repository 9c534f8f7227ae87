/**
 * `--adapter TEXT`, of every command that measures on an adapter.
 *
 * @module
 */
import { message, option, optional, string } from "@optique/core";
import { refuseOtherAdapter } from "../../device/adapter.ts";

/** The option. */
export const adapterOption = optional(
  option(
    "--adapter",
    string({
      metavar: "TEXT",
      pattern: /\S/,
      errors: { patternMismatch: message`Expected a part of an adapter's name.` },
    }),
    {
      description:
        message`Fail if an adapter answers whose name and graphics API, such as "llvmpipe (LLVM 15.0.6, 256 bits) through Vulkan", do not contain TEXT; deno task doctor says how to choose one`,
    },
  ),
);

/**
 * Does nothing without the option. A command that measures without Mesa's cache has to switch that off before.
 *
 * @throws {UserError} Another adapter answers, or none.
 */
export async function checkAdapter(text: string | undefined): Promise<void> {
  if (text !== undefined) await refuseOtherAdapter(text);
}
