/**
 * How much of a kind of work, such as training steps or forward passes, is spent on compiling shaders.
 *
 * A driver compiles when it likes, llvmpipe on a thread of its own after the first dispatch, so no call can be timed
 * alone. But it compiles for the first run of each batch size only: what that run takes longer than a later one counts
 * as compiling.
 *
 * @module
 */

/** Runs of one kind of work, and the time that they took. */
export class FirstRuns {
  readonly #finished: () => Promise<void>;
  readonly #onFirst: () => void;
  /** Seconds of the first run, by batch size. */
  readonly #firsts = new Map<number, number>();
  #runs = 0;
  #seconds = 0;

  /**
   * @param finished Resolves when the device has done everything that was enqueued.
   * @param onFirst Called before the first run of each batch size.
   */
  constructor(finished: () => Promise<void>, onFirst: () => void = () => {}) {
    this.#finished = finished;
    this.#onFirst = onFirst;
  }

  /** Whether work on so many images has run. */
  has(images: number): boolean {
    return this.#firsts.has(images);
  }

  /** Runs `work` on `images` images. The first time with so many, waits for the device before and after. */
  async run<T>(images: number, work: () => T): Promise<T> {
    this.#runs++;
    if (this.has(images)) return work();
    await this.#finished();
    this.#onFirst();
    const started = performance.now();
    const result = work();
    await this.#finished();
    this.#firsts.set(images, (performance.now() - started) / 1000);
    return result;
  }

  /** Notes that all runs since the last call took `seconds` together, first runs included. */
  took(seconds: number): void {
    this.#seconds += seconds;
  }

  /** How much longer the first runs took than others on average; all of their time as long as there are no others. */
  get compileSeconds(): number {
    const firsts = [...this.#firsts.values()];
    const others = this.#seconds - firsts.reduce((sum, seconds) => sum + seconds, 0);
    const usual = Math.max(0, others) / Math.max(1, this.#runs - firsts.length);
    return firsts.reduce((sum, seconds) => sum + Math.max(0, seconds - usual), 0);
  }
}
