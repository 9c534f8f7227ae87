/**
 * A checkout of this program that is compared with another.
 *
 * @module
 */
import { COMMIT_VARIABLE } from "../../device/commit.ts";
import { USER_FOLDER_VARIABLE } from "../command/user_paths.ts";

/** A checkout. */
export interface Contender {
  /** Also the name of its folder of runs. */
  readonly name: string;
  /** Absolute. */
  readonly root: string;
  /** As the rows have it. */
  readonly commit: string;
}

/** What a process of the checkout needs to know, so that it needs no git, which may do anything. */
export function variablesOf({ root, commit }: Pick<Contender, "root" | "commit">): Record<string, string> {
  return { [COMMIT_VARIABLE]: commit, [USER_FOLDER_VARIABLE]: root };
}
