/**
 * Talking to a process: one line of JSON per request and reply.
 *
 * @module
 */
import { complaintIn } from "../command/complaint.ts";
import { linesOf } from "./lines.ts";

/** A process that answers. */
export interface Conversation {
  readonly pid: number;
  /**
   * The next line that the process says.
   *
   * @throws {Error} It exited instead; the message is what it complained of.
   */
  hear(): Promise<unknown>;
  /** Says `request` and hears the reply. */
  ask(request: unknown): Promise<unknown>;
  /** Closes the process's input and waits until it exits. */
  end(): Promise<void>;
}

/**
 * Starts a process to talk to.
 *
 * @throws {Deno.errors.NotFound} There is no such program.
 */
export function converse(
  program: string,
  args: readonly string[],
  options: Pick<Deno.CommandOptions, "cwd" | "env"> = {},
): Conversation {
  const child = new Deno.Command(program, {
    ...options,
    ...{ args: [...args], stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  const input = child.stdin.getWriter();
  const output = linesOf(child.stdout);
  // Read from the start: a process stops when nobody reads its errors and the pipe is full.
  const complaints = new Response(child.stderr).text();
  const encoder = new TextEncoder();

  const hear = async () => {
    const { value, done } = await output.next();
    if (!done) return JSON.parse(value);
    throw new Error(complaintIn(await complaints) || `"${program}" exited without a message`);
  };
  return {
    pid: child.pid,
    hear,
    async ask(request) {
      // Requests to a process that has exited are lost; reading its reply reports that next.
      await input.write(encoder.encode(`${JSON.stringify(request)}\n`)).catch(() => {});
      return await hear();
    },
    async end() {
      await input.close().catch(() => {});
      await child.status;
      await complaints;
      await output.return(undefined);
    },
  };
}
