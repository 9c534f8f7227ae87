/**
 * Which CPU the processes of a round run on.
 *
 * On a software adapter, the CPU time of a step depends on what runs next to its threads, and that on where the system
 * puts them: two processes of the same code differed by 20 to 50% for as long as they ran, when other work filled the
 * machine. Both on the same one CPU, which they use alternately, differ by 2%. The next round takes the next CPU, so
 * that no single one decides. A device's driver may want more than one: from the second round on, it has them all.
 *
 * @module
 */

/** The CPUs that this process may run on; none when the system can't say, as without util-linux's `taskset`. */
export async function allowedCpus(): Promise<number[]> {
  try {
    const { stdout } = await new Deno.Command("taskset", { args: ["-c", "-p", String(Deno.pid)], stderr: "null" })
      .output();
    return cpusIn(new TextDecoder().decode(stdout));
  } catch {
    return [];
  }
}

/** The numbers in `pid 12's current affinity list: 0,2-4`; none in any other text. */
export function cpusIn(text: string): number[] {
  const list = /list: ([\d,-]+)\s*$/.exec(text)?.[1] ?? "";
  return list.split(",").flatMap((range) => {
    const [, first, last = first] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(range) ?? [];
    if (first === undefined) return [];
    return Array.from({ length: Math.max(0, Number(last) - Number(first) + 1) }, (_, i) => Number(first) + i);
  });
}

/** The command line of `program` on the CPU of `round`; its own where there are none. */
export function onOneCpu(
  [program, ...args]: readonly [string, ...string[]],
  { cpus, round }: { readonly cpus: readonly number[]; readonly round: number },
): [program: string, args: string[]] {
  if (cpus.length === 0) return [program, args];
  return ["taskset", ["-c", String(cpus[round % cpus.length]), program, ...args]];
}
