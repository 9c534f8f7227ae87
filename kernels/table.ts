/**
 * The table of kernels in this room's README. Run this file with `deno run --allow-read --allow-write` to write it anew.
 *
 * @module
 */
import * as list from "./list.ts";
import type { TunedKernel } from "./wgsl/program.ts";

const README = new URL("README.md", import.meta.url);
const TABLE = /(?<=<!-- kernels -->\n).*?(?=<!-- end of kernels -->)/s;

/** The README as it is, and with a table of the kernels that there are now. */
export async function readmeWithTable(): Promise<{ readonly current: string; readonly fresh: string }> {
  const current = await Deno.readTextFile(README);
  const table = await kernelTable();
  return { current, fresh: current.replace(TABLE, () => table) };
}

/** One row per file of `list.ts`: what its own comment says that it does, and its kernels. */
async function kernelTable(): Promise<string> {
  const text = await Deno.readTextFile(new URL("list.ts", import.meta.url));
  const rows: string[] = [];
  for (const [, names, path] of text.matchAll(/^export \{([^}]*)\} from "\.\/(.*)";$/gm)) {
    const kernels = names!.split(",").map((name) => name.trim()).filter(Boolean)
      .map((name): TunedKernel => list[name as keyof typeof list]);
    const replaced = kernels.flatMap((kernel) => "replaces" in kernel ? [kernel.replaces] : []);
    const added = kernels.flatMap((kernel) => "adds" in kernel ? [kernel.adds] : []);
    const purpose = purposeOf(await Deno.readTextFile(new URL(path!, import.meta.url)));
    rows.push(`| [${path}](${path}) | ${purpose} | ${code(replaced)} | ${code(added)} |`);
  }
  return ["", "| file | what it computes | replaces | adds |", "| :- | :- | :- | :- |", ...rows, "", ""].join("\n");
}

/** The first clause of a file's comment. */
function purposeOf(text: string): string {
  const [, comment] = /^\/\*\*(.*?)\*\//s.exec(text)!;
  const sentence = comment!.replace(/\s*\n \* ?/g, " ").trim();
  return /^.*?(?=[.:;](\s|$))/.exec(sentence)![0];
}

function code(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

if (import.meta.main) await Deno.writeTextFile(README, (await readmeWithTable()).fresh);
