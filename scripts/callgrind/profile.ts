/**
 * What callgrind writes: https://valgrind.org/docs/manual/cl-format.html.
 *
 * @module
 */

/** The name that callgrind gives to no file. */
const NO_FILE = "???";

/**
 * Executed instructions of code that is in no file, since it was generated while the process ran: a software adapter's
 * shaders, and JavaScript that V8 compiled.
 */
export function generatedInstructions(profile: string): number {
  const names = new Map<string, string>();
  let isGenerated = false;
  let isOfCall = false;
  let sum = 0;
  for (const line of profile.split("\n")) {
    const [, called, id, name] = /^(c?)ob=\((\d+)\)(?: (.*))?$/.exec(line) ?? [];
    if (id !== undefined) {
      // A name is written out once, and is a number from then on.
      if (name !== undefined) names.set(id, name);
      if (called === "") isGenerated = names.get(id) === NO_FILE;
    } else if (line.startsWith("calls=")) {
      isOfCall = true;
    } else if (/^[-+*\d]/.test(line)) {
      // The line after a call is what the called function and its own calls took, which they list themselves.
      if (isGenerated && !isOfCall) sum += Number(line.split(" ")[1]);
      isOfCall = false;
    }
  }
  return sum;
}
