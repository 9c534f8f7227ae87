/**
 * Prints the ten slowest tests of a JUnit file, as `deno test --junit-path=FILE` writes it:
 * `deno run --allow-read=FILE scripts/slowest_tests.ts FILE`.
 *
 * @module
 */

const SHOWN = 10;

/** A line for each of the slowest tests of a JUnit file, the slowest first: seconds, file and name. */
export function slowestTests(junit: string): string[] {
  return [...junit.matchAll(/<testcase name="([^"]*)" classname="([^"]*)" time="([^"]*)"/g)]
    .map(([, name, file, seconds]) => ({ name: unescaped(name!), file: unescaped(file!), seconds: Number(seconds) }))
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, SHOWN)
    .map(({ name, file, seconds }) => `${seconds.toFixed(1).padStart(6)} s  ${file}: ${name}`);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replaceAll(
    /&(?:(amp|lt|gt|quot|apos)|#(\d+)|#x([0-9a-f]+));/gi,
    (_, name, decimal, hex) =>
      name ? ENTITIES[name.toLowerCase()]! : String.fromCodePoint(decimal ? Number(decimal) : parseInt(hex, 16)),
  );
}

if (import.meta.main) { for (const line of slowestTests(await Deno.readTextFile(Deno.args[0]!))) console.log(line); }
