/**
 * Progress on the terminal: one line that is redrawn, or plain lines without a terminal.
 *
 * @module
 */
import { duration } from "../../base/duration.ts";
import { plainLine } from "../../base/errors.ts";
import type { DownloadProgress } from "../../data/files/download.ts";
import type { RunProgress, TrialPosition } from "../../engine/running/run.ts";
import type { TrialResult } from "../../results/folder/store.ts";

/** Shortest time between plain lines, in milliseconds: often enough to see that a CI job is alive. */
const PLAIN_INTERVAL_MS = 30_000;

export interface ProgressDisplay {
  update(progress: RunProgress): void;
  /** Shaders of a trial are being compiled. */
  compiling(position: TrialPosition): void;
  finish(result: TrialResult): void;
  /** A sentence between the progress lines. */
  say(sentence: string): void;
}

/** Writes to standard error, so that standard output stays free for results. */
export function progressDisplay(): ProgressDisplay {
  const terminal = Deno.stderr.isTerminal();
  let lastPlain = performance.now();
  const clear = terminal ? "\r\x1b[K" : "";
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  const show = (line: string) => {
    if (terminal) return void write(clear + fit(line));
    if (performance.now() - lastPlain < PLAIN_INTERVAL_MS) return;
    lastPlain = performance.now();
    write(`${line}\n`);
  };
  return {
    update(progress) {
      show(progressLine(progress));
    },
    compiling(position) {
      show(`${trialName(position)}: compiling shaders ...`);
    },
    finish(result) {
      write(`${clear}${plainLine(resultLine(result))}\n`);
    },
    say(sentence) {
      write(`${clear}${plainLine(sentence)}\n`);
    },
  };
}

/** Cut to the terminal's width: a line that wraps can't be redrawn. */
function fit(line: string): string {
  return line.slice(0, Math.max(20, Deno.consoleSize().columns - 1));
}

function trialName({ trial, trialNumber, trials }: TrialPosition): string {
  return `[${trialNumber}/${trials}] ${trial.variant.id} seed ${trial.seed}`;
}

function progressLine({ epochs, training, imagesPerSecond, secondsLeft, ...position }: RunProgress) {
  const loss = training.loss === undefined ? "" : `, loss ${training.loss.toPrecision(3)}`;
  return `${trialName(position)}: epoch ${training.epoch}/${epochs}, ` +
    `${Math.round(imagesPerSecond)} images/s${loss}, about ${duration(secondsLeft)} left`;
}

function resultLine({ trial }: TrialResult): string {
  const name = `${trial.variant} seed ${trial.seed}`;
  if (trial.status === "failed") return `${name}: FAILED: ${trial.reason}`;
  const error = trial.test_error_pct ?? trial.validation_error_pct;
  const set = trial.test_error_pct === null ? "validation" : "test";
  return `${name}: ${error?.toFixed(2)}% ${set} error, ${duration(trial.train_seconds ?? 0)}, ` +
    `${Math.round(trial.images_per_second ?? 0)} images/s`;
}

/** Reports downloads: a redrawn line on a terminal, one line per file elsewhere. */
export function downloadProgress(): (progress: DownloadProgress) => void {
  const terminal = Deno.stderr.isTerminal();
  let current = "";
  return ({ file, done, total }) => {
    const size = total === undefined ? "" : ` of ${megabytes(total)}`;
    const line = `Downloading ${file}: ${megabytes(done)}${size}`;
    const end = done === total ? "\n" : "";
    if (terminal) Deno.stderr.writeSync(new TextEncoder().encode(`\r\x1b[K${line}${end}`));
    else if (file !== current) console.error(`Downloading ${file}`);
    current = file;
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
