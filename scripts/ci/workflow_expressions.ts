/**
 * GitHub's expressions and conditions, those that our workflow uses: by their text, so that any other fails a test. Not
 * part of the library.
 *
 * @module
 */

/** What started the workflow: a push to main or a pull request, checked out as a branch of `origin`. */
export interface Trigger {
  readonly event: "push" | "pull_request";
  readonly ref: "main" | "pull";
}

/** What the expressions of our workflow stand for, but those of the matrix and of other jobs. */
export const VALUES: Readonly<Record<string, string>> = {
  "runner.os": "Linux",
  "github.sha": "0123456",
  "github.event.pull_request.base.sha || github.event.before": "fedcba9",
  "inputs.against || 'HEAD^1'": "HEAD^1",
  "hashFiles('deno.lock', 'scripts/setup.sh', 'data/files/mnist.ts')": "89abcde",
  "hashFiles('deno.lock', 'kernels/**', 'models/**', 'engine/training/**')": "7654321",
};

/**
 * Puts values in place of expressions.
 *
 * @throws {Error} for an expression without a value.
 */
export function substitute(texts: Readonly<Record<string, string>>, values: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(texts).map(([name, value]) => [
      name,
      value.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
        const found = values[expression];
        if (found === undefined) throw new Error(`Expression "${expression}" is not known here.`);
        return found;
      }),
    ]),
  );
}

/** What a condition may ask for. */
export interface State {
  readonly trigger: Trigger;
  /** Whether all before went well: the job's steps so far, or the jobs that this one needs. */
  readonly succeeded: boolean;
  /** Whether each job that ran went well, by its name; one that was left out did. */
  readonly jobs: ReadonlyMap<string, boolean>;
}

/** The conditions of our workflow. Without one, a step or job runs if all before it succeeded. */
const CONDITIONS: Readonly<Record<string, (state: State) => boolean>> = {
  "": ({ succeeded }) => succeeded,
  "always()": () => true,
  "github.event_name != 'push'": ({ succeeded, trigger }) => succeeded && trigger.event !== "push",
  "!cancelled()": () => true,
  "!cancelled() && needs.shard.result == 'success' && github.ref == 'refs/heads/main'": ({ trigger, jobs }) =>
    jobs.get("shard") !== false && trigger.ref === "main",
};

/**
 * Whether a step or job runs.
 *
 * @throws {Error} for a condition that is not known.
 */
export function holds(condition: string | undefined, state: State): boolean {
  const known = CONDITIONS[(condition ?? "").replace(/^\$\{\{\s*(.*?)\s*\}\}$/, "$1")];
  if (!known) throw new Error(`Condition "${condition}" is not known here.`);
  return known(state);
}
