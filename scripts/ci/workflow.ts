/**
 * The parts of GitHub's workflow files that ours use. Not part of the library.
 *
 * @module
 */
import { parse } from "yaml";
import { z } from "zod";

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const environment = z.record(z.string(), text).default({});
const STEP = z.strictObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  if: z.string().optional(),
  shell: z.literal("bash").optional(),
  env: environment,
  with: environment,
});
const JOB = z.strictObject({
  needs: z.union([z.string(), z.array(z.string())]).transform((names) => [names].flat()).default([]),
  if: z.string().optional(),
  "runs-on": z.string(),
  "timeout-minutes": z.number(),
  permissions: environment,
  env: environment,
  strategy: z.strictObject({
    "fail-fast": z.boolean(),
    matrix: z.strictObject({ shard: z.array(z.number()).min(1) }),
  }).optional(),
  steps: z.array(STEP).min(1),
});
const WORKFLOW = z.strictObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: environment,
  concurrency: z.unknown(),
  defaults: z.strictObject({ run: z.strictObject({ shell: z.literal("bash") }) }),
  env: environment,
  jobs: z.record(z.string(), JOB),
});
const COMPOSITE_ACTION = z.strictObject({
  name: z.string(),
  description: z.string(),
  runs: z.strictObject({ using: z.literal("composite"), steps: z.array(STEP) }),
});

/** A step of a job. */
export type Step = z.infer<typeof STEP>;
/** A workflow as its file has it, and no key that this runner does not know. */
export type Workflow = z.infer<typeof WORKFLOW>;

/** Reads a workflow. */
export function readWorkflow(path: string): Workflow {
  return WORKFLOW.parse(parse(Deno.readTextFileSync(path)));
}

/** Reads the steps of an action that is kept in the repository. */
export function readCompositeAction(path: string): readonly Step[] {
  return COMPOSITE_ACTION.parse(parse(Deno.readTextFileSync(path))).runs.steps;
}
