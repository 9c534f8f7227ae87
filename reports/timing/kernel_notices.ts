/**
 * What a reader of the report of the kernels' speed must know before its numbers.
 *
 * @module
 */
import { roundsOf, type TimingRow, type TimingRun } from "../../results/rows/timings.ts";
import { counted, names, percent } from "../page/format.ts";
import { adapterOf, OWN, subjectRows } from "./kernel_rows.ts";

/** Results that differ by more than this, relative to the largest value, are not explained by rounding. */
const SAME_RESULTS = 0.01;

/** With fewer rounds than this the bootstrap's intervals are too narrow. */
const ENOUGH_ROUNDS = 6;

/** Sentences that are not escaped yet. */
export function kernelNotices(run: TimingRun): string[] {
  return [...run.notices, ...fewRounds(run), ...otherWork(run), ...absences(run)];
}

function fewRounds(run: TimingRun): string[] {
  const rounds = Math.min(...run.rows.filter((row) => row.wall_ms !== null).map((row) => roundsOf(row).length));
  return rounds < ENOUGH_ROUNDS
    ? [`Only ${counted(rounds, "round")}: the intervals are too narrow. Run with --profile quick or paper.`]
    : [];
}

/** Kernel sets whose results are not those of our own. */
function otherWork(run: TimingRun): string[] {
  const compared = run.rows.filter((row) => row.difference !== null);
  return [...Map.groupBy(compared, ({ contender }) => contender)].flatMap(([contender, rows]) => {
    const different = rows.filter(({ difference }) => difference! > SAME_RESULTS);
    if (different.length === 0) return [];
    const subjects = different.map(({ title, difference }) => `${title} (${percent(100 * difference!)}%)`);
    return [
      `The results of the ${contender} kernels differ from those of the ${OWN} ones, which are tested against the cpu ` +
      `backend, in ${different.length} of ${rows.length} rows, so their times there are not for the same work: ` +
      `${names(subjects)}.${/llvmpipe/i.test(adapterOf(run)) ? ` ${LLVMPIPE}` : ""}`,
    ];
  });
}

const LLVMPIPE = "Mesa's llvmpipe stops a shader's loops after 65,535 iterations in total (seen with 22.3.6), and " +
  "TensorFlow.js's gradient of a convolution's kernel needs more: work that is left undone takes no time.";

/** Contenders that were not timed, each reason once. */
function absences(run: TimingRun): string[] {
  const steps = subjectRows(run, "step").length;
  const absent = run.rows.filter(({ note }) => note !== "");
  const reason = ({ contender, note }: TimingRow) => JSON.stringify([contender, note]);
  return [...Map.groupBy(absent, reason).values()].map((rows) => {
    const [{ contender, note }] = rows as [TimingRow, ...TimingRow[]];
    const where = steps > 1 && rows.length === steps ? "any step" : names(rows.map(({ title }) => title));
    return `${contender} was not timed on ${where}. ${note}.`.replace(/\.\.$/, ".");
  });
}
