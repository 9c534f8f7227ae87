/**
 * Processes whose instructions are counted, by valgrind's tool callgrind.
 *
 * @module
 */
import { join } from "node:path";
import { messageOf, UserError } from "../../base/errors.ts";
import { type Conversation, converse } from "../peers/conversation.ts";
import { generatedInstructions } from "./profile.ts";

/** A process to talk to. Everything takes it some fifty times as long as usual. */
export interface CountedConversation extends Conversation {
  /** Executed instructions of generated code while `work` goes on: see {@linkcode generatedInstructions}. */
  count(work: () => Promise<unknown>): Promise<number>;
}

/**
 * Starts Deno with `args`, and counts once that is asked for. Profiles are written to `folder`.
 *
 * @throws {UserError} There is no valgrind.
 */
export function converseCounted(args: readonly string[], { folder }: { readonly folder: string }): CountedConversation {
  const profile = join(folder, "profile");
  // Not "deno", which may be a script that starts it.
  const deno = Deno.execPath();
  const options = ["--tool=callgrind", "--quiet", "--instr-atstart=no", `--callgrind-out-file=${profile}`];
  const { pid, ...conversation } = withValgrind(() => converse("valgrind", [...options, deno, ...args]));
  let isCounting = false;
  let profiles = 0;
  return {
    pid,
    ...conversation,
    async count(work) {
      if (!isCounting) await tell(pid, "instrumentation", "on");
      isCounting = true;
      await tell(pid, "zero");
      await work();
      await tell(pid, "dump");
      const path = `${profile}.${++profiles}`;
      const count = generatedInstructions(Deno.readTextFileSync(path));
      Deno.removeSync(path);
      return count;
    },
  };
}

function withValgrind<T>(start: () => T): T {
  try {
    return start();
  } catch (error) {
    throw new UserError(
      `Cannot count instructions: ${messageOf(error).replace(/\.$/, "")}. Install the package "valgrind".`,
      { cause: error },
    );
  }
}

/** Gives callgrind a command of its own, such as `dump`. */
async function tell(pid: number, ...command: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("vgdb", { args: [`--pid=${pid}`, ...command] }).output();
  if (success) return;
  throw new UserError(
    `Cannot count instructions: vgdb says "${
      new TextDecoder().decode(stderr).trim()
    }". Reinstall the package "valgrind".`,
  );
}
