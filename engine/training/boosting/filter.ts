/**
 * Which patterns boosting trains its second and third network on: a stream of distorted images, filtered by the
 * networks before them (Drucker, Schapire and Simard 1993; LeCun 1998, section III.C.9).
 *
 * @module
 */
import { imageBytes, type ImageSet } from "../../../data/dataset.ts";

/** Sees the patterns of a stream one after the other, with the earlier networks' answers, and says which it takes. */
export type Filter = (label: number, answers: readonly number[]) => boolean;

/** Takes alternately a pattern that the first network gets wrong and one that it gets right. */
export function halfWrong(): Filter {
  let wanted = true;
  return (label, [first]) => {
    const isWrong = first !== label;
    if (isWrong !== wanted) return false;
    wanted = !wanted;
    return true;
  };
}

/** Takes the patterns on which the first two networks disagree. */
export function disagreement(): Filter {
  return (_, [first, second]) => first !== second;
}

/** Collects the patterns that a filter takes, up to a number of them. */
export class FilteredImages {
  readonly #filter: Filter;
  readonly #pixels: Uint8Array<ArrayBuffer>;
  readonly #labels: Uint8Array<ArrayBuffer>;
  #taken = 0;

  /** @param size Of the patterns. */
  constructor(filter: Filter, { most, size }: { readonly most: number; readonly size: number }) {
    this.#filter = filter;
    this.#pixels = new Uint8Array(most * size);
    this.#labels = new Uint8Array(most);
  }

  /** How many were taken so far. */
  get taken(): number {
    return this.#taken;
  }

  get isFull(): boolean {
    return this.#taken === this.#labels.length;
  }

  /** @param answers Of each earlier network, for all of `candidates`. */
  add(candidates: ImageSet, answers: readonly ArrayLike<number>[]): void {
    const size = imageBytes(candidates);
    for (let i = 0; i < candidates.count && !this.isFull; i++) {
      const label = candidates.labels[i]!;
      if (!this.#filter(label, answers.map((answer) => answer[i]!))) continue;
      this.#pixels.set(candidates.pixels.subarray(i * size, (i + 1) * size), this.#taken * size);
      this.#labels[this.#taken++] = label;
    }
  }

  /** As many patterns as there may be, those taken repeated until there are: so every network is updated as often. */
  repeated(): Pick<ImageSet, "pixels" | "labels"> {
    // What is copied from ends where the copy begins, so it doubles.
    const repeat = (values: Uint8Array<ArrayBuffer>, each: number) => {
      for (let filled = this.#taken * each; filled < values.length; filled *= 2) values.copyWithin(filled, 0, filled);
      return values;
    };
    const size = this.#pixels.length / this.#labels.length;
    return { pixels: repeat(this.#pixels, size), labels: repeat(this.#labels, 1) };
  }
}
