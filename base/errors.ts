/**
 * Errors whose message alone tells the user what to do.
 *
 * @module
 */

/**
 * Something outside the program is wrong: a file, an option, the machine. The command line prints the message without
 * a stack trace and exits with 1. Say what failed with the value in quotes, then the remedy.
 *
 * The message becomes a {@linkcode plainLine}: what it quotes may come from anywhere.
 */
export class UserError extends Error {
  /** Tells this error from others in a printed stack trace. */
  override readonly name = "UserError";

  /** Shows `message` in one line; `options` may name the cause. */
  constructor(message: string, options?: ErrorOptions) {
    super(plainLine(message), options);
  }
}

/** One line of plain text: control characters of a damaged or hostile file would steer the user's terminal. */
export function plainLine(text: string): string {
  return text.replace(/[\t-\r\p{Zl}\p{Zp}]+/gu, " ").replace(/[\p{Cc}\p{Cf}]/gu, "\uFFFD");
}

/** What was caught, as text for a sentence: the message of an error, else the value itself. */
export function messageOf(caught: unknown): string {
  return caught instanceof Error ? caught.message : String(caught);
}

/** A word as a shell takes it, for a command in a sentence. */
export function quoted(word: string): string {
  return /^[\w./@:+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A text for a sentence: after `most` letters, dots replace the rest. */
export function shortened(text: string, most = 60): string {
  return text.length > most ? `${text.slice(0, most)}...` : text;
}
