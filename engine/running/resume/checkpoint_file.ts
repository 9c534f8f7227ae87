/**
 * The checkpoint of a run's current trial, as a file in the run's folder.
 *
 * @module
 */
import { join } from "node:path";
import { removeLeftover, replaceBytes } from "../../../base/durable_write.ts";
import { messageOf } from "../../../base/errors.ts";
import { pathIn } from "../../../base/files.ts";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";

/** In the run's folder, until the trial's rows are. */
export const CHECKPOINT_FILE = "checkpoint.bin";

/** A file that may come and go: a run without it loses time, never a result. */
export interface CheckpointFile {
  /** undefined if there is none, or none that can be trusted, which is reported. */
  read(): Checkpoint | undefined;
  /** Replaces the file and waits until it is on the disk. A failure is said, the first time, and thrown never. */
  save(checkpoint: Checkpoint): void;
  remove(): void;
}

/** The checkpoint of the run in `directory`; what goes wrong with it is told to `say`, a sentence each. */
export function checkpointFile(directory: string, say: (sentence: string) => void): CheckpointFile {
  const path = join(directory, CHECKPOINT_FILE);
  let hasFailed = false;
  return {
    read() {
      const bytes = readIfThere(directory, say);
      if (!bytes) return undefined;
      const checkpoint = decodeCheckpoint(bytes);
      if (!checkpoint) say(`"${path}" is damaged or cut off, and is not used: its trial starts from the beginning.`);
      return checkpoint;
    },
    save(checkpoint) {
      try {
        replaceBytes({ path, bytes: encodeCheckpoint(checkpoint) });
      } catch (error) {
        if (!hasFailed) {
          say(`Cannot save the current trial as "${path}": ${messageOf(error)}. Training continues without it.`);
        }
        hasFailed = true;
      }
    },
    remove() {
      removeLeftover(path);
      removeLeftover(`${path}.partial`);
    },
  };
}

function readIfThere(directory: string, say: (sentence: string) => void): Uint8Array | undefined {
  try {
    return Deno.readFileSync(pathIn(directory, CHECKPOINT_FILE));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      say(
        `Cannot read "${CHECKPOINT_FILE}" of "${directory}": ${messageOf(error)}. Its trial starts from the beginning.`,
      );
    }
    return undefined;
  }
}
