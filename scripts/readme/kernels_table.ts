/**
 * The table of `kernels/README.md`.
 *
 * @module
 */
import * as list from "../../kernels/list.ts";
import type { KernelName } from "../../kernels/wgsl/program.ts";
import { left, table, trusted } from "../../reports/page/markdown.ts";

/** One row per file of `kernels/list.ts`: what its own comment says that it computes, and its kernels. */
export async function kernelsTable(): Promise<string> {
  const files = (await Deno.readTextFile("kernels/list.ts")).matchAll(/^export \{([^}]*)\} from "\.\/(.*)";$/gm);
  const rows = [...files].map(async ([, names, path]) => {
    const kernels = names!.split(",").map((name) => name.trim()).filter(Boolean)
      .map((name): KernelName => list[name as keyof typeof list]);
    const replaced = kernels.flatMap((kernel) => "replaces" in kernel ? [kernel.replaces] : []);
    const added = kernels.flatMap((kernel) => "adds" in kernel ? [kernel.adds] : []);
    const clause = firstClause(await Deno.readTextFile(`kernels/${path}`));
    return [`[${path}](${path})`, clause, code(replaced), code(added)].map(trusted);
  });
  return table([left("file"), left("what it computes"), left("replaces"), left("adds")], await Promise.all(rows));
}

/** Of the comment at the head of a file. */
function firstClause(text: string): string {
  const [, comment] = /^\/\*\*(.*?)\*\//s.exec(text)!;
  const sentence = comment!.replace(/\s*\n \* ?/g, " ").trim();
  return /^.*?(?=[.:;](\s|$))/.exec(sentence)![0];
}

function code(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
