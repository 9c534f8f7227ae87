/**
 * Where time goes.
 *
 * @module
 */

/** Adds up the seconds that each part of some work takes. */
export class Stopwatch<Part extends string> {
  readonly #started: number;
  readonly #seconds = new Map<Part, number>();
  #stopped: number | undefined;

  /**
   * Starts now, or began earlier.
   *
   * @param started When the work began, by `performance.now()`.
   */
  constructor(started: number = performance.now()) {
    this.#started = started;
  }

  /** Runs `work`, which may be asynchronous, and adds its time to `part`. */
  time<T>(part: Part, work: () => T): T {
    const started = performance.now();
    const stop = () => this.add(part, (performance.now() - started) / 1000);
    let isPending = false;
    try {
      const result = work();
      isPending = result instanceof Promise;
      return result instanceof Promise ? result.finally(stop) as T : result;
    } finally {
      if (!isPending) stop();
    }
  }

  /** Adds `seconds` to `part`. */
  add(part: Part, seconds: number): void {
    this.#seconds.set(part, this.seconds(part) + seconds);
  }

  /** Counts `seconds` that were added to `from` as of `to`, a part of it. */
  move(seconds: number, { from, to }: { readonly from: Part; readonly to: Part }): void {
    this.add(from, -seconds);
    this.add(to, seconds);
  }

  /** Of `part` so far. */
  seconds(part: Part): number {
    return this.#seconds.get(part) ?? 0;
  }

  /** The work is over. */
  stop(): void {
    this.#stopped = performance.now();
  }

  /** Seconds since the work began, until it was over. */
  get elapsed(): number {
    return ((this.#stopped ?? performance.now()) - this.#started) / 1000;
  }
}
