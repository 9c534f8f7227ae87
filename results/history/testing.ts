/**
 * Invented histories for tests, built through the schema that guards the real file. Not part of the library.
 *
 * @module
 */
import { HISTORY_VERSION, type HistoryRecord, historyRecord } from "./store.ts";

/** A record of a training time, or what `columns` say. */
export function fakeRecord(columns: Partial<HistoryRecord> = {}): HistoryRecord {
  const { samples = [30] } = columns;
  return historyRecord.parse({
    schema: HISTORY_VERSION,
    commit: "0123abc",
    commit_time: "2024-01-02T03:04:05Z",
    commit_position: 100,
    started: "2024-01-02T04:00:00Z",
    machine: "llvmpipe, Invented CPU at 2 GHz, 2 threads",
    suite: "fake",
    profile: "quick",
    suite_version: "0123456789abcdef",
    variant: "small-modern",
    metric: "train_time",
    unit: "ms per 1000 images",
    better: "smaller",
    centre: "median",
    value: samples[0],
    samples,
    ...columns,
  });
}

/** One commit per day, with the given values. */
export function fakeHistory(values: readonly number[], columns: Partial<HistoryRecord> = {}): HistoryRecord[] {
  return values.map((value, index) => {
    const day = new Date(Date.UTC(2024, 0, 1 + index)).toISOString();
    const commit = (index + 1).toString(16).padStart(2, "0").padEnd(40, "c");
    const place = { commit_time: day, commit_position: index + 1 };
    return fakeRecord({ commit, ...place, started: day, value, samples: [value], ...columns });
  });
}

/** `level` for `count` commits, half a per cent up and down. */
export function around(level: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => level * (1 + 0.005 * ((7 * i) % 5 - 2) / 2));
}
