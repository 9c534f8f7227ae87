/**
 * Errors whose message alone tells the user what to do.
 *
 * @module
 */

/**
 * Something outside the program is wrong: a file, an option, the machine. The command line prints the message without
 * a stack trace and exits with 1. Say what failed with the value in quotes, then the remedy.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** What was caught, as text for a sentence: the message of an error, else the value itself. */
export function messageOf(caught: unknown): string {
  return caught instanceof Error ? caught.message : String(caught);
}
