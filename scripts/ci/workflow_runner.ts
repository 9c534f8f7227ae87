/**
 * Runs a GitHub workflow's commands on this machine, for tests: every job in a fresh clone, with GitHub's own shell.
 * Fails on anything that our workflow does not use, so that a test can't skip a step. Not part of the library.
 *
 * @module
 */
import { join } from "node:path";
import { shaderCacheVariables } from "../command/shader_cache.ts";
import { readCompositeAction, type Step, type Workflow } from "./workflow.ts";
import { type ActionContext, ACTIONS } from "./workflow_actions.ts";
import { holds, type State, substitute, type Trigger, VALUES } from "./workflow_expressions.ts";

/** A command that ran. */
export interface Command {
  readonly job: string;
  readonly run: string;
  readonly code: number;
  /** Standard output and standard error. */
  readonly output: string;
}

/** What a run of the workflow did. */
export interface WorkflowResult {
  readonly commands: readonly Command[];
  /** Each job's page of markdown, by the job's name. */
  readonly summaries: ReadonlyMap<string, string>;
}

/** Where the workflow runs, and with what in place of its own values. */
export interface RunnerOptions {
  readonly trigger: Trigger;
  /** Folder for clones, artefacts and caches; the last two stay for the next run. */
  readonly folder: string;
  /** Repository that is cloned. */
  readonly origin: string;
  /** Values in place of the workflow's `env`; each must be there. */
  readonly env: Readonly<Record<string, string>>;
  /** Shards in place of the workflow's. */
  readonly shards: number;
  /** Only these jobs, of a run that the others went well in. Default: all. */
  readonly jobs?: readonly string[];
}

/**
 * Runs the jobs in the order of the file, as far as their conditions let them.
 *
 * @throws {Error} for an action, expression or condition that is not known, or a missing artefact.
 */
export async function runWorkflow(workflow: Workflow, options: RunnerOptions): Promise<WorkflowResult> {
  for (const name of Object.keys(options.env)) {
    if (!(name in workflow.env)) throw new Error(`The workflow has no variable "${name}".`);
  }
  const commands: Command[] = [];
  const summaries = new Map<string, string>();
  const jobs = new Map<string, boolean>();
  for (const [name, job] of Object.entries(workflow.jobs)) {
    if (options.jobs && !options.jobs.includes(name)) continue;
    const state = { trigger: options.trigger, jobs };
    if (!holds(job.if, { ...state, succeeded: job.needs.every((need) => jobs.get(need) === true) })) continue;
    const shards = job.strategy ? Array.from({ length: options.shards }, (_, index) => index + 1) : [undefined];
    for (const shard of shards) {
      const run = await runJob({ name, steps: job.steps, shard, env: { ...workflow.env, ...job.env }, state }, options);
      commands.push(...run.commands);
      summaries.set(name, (summaries.get(name) ?? "") + run.summary);
      jobs.set(name, (jobs.get(name) ?? true) && run.succeeded);
    }
  }
  return { commands, summaries };
}

interface JobRun {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly shard: number | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly state: Omit<State, "succeeded">;
}

/** Runs a job's steps in a workspace of its own. After a failure, only steps run whose condition says so. */
async function runJob({ name, steps, shard, env, state }: JobRun, options: RunnerOptions) {
  const { origin, folder } = options;
  const home = await Deno.makeTempDir({ dir: folder, prefix: `${name}-` });
  const workspace = join(home, "workspace");
  const context: Omit<ActionContext, "succeeded"> = {
    workspace,
    origin,
    ref: state.trigger.ref,
    store: join(folder, "store"),
  };
  const files = ["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH"].map((file) =>
    [file, join(home, file)] as const
  );
  for (const [, path] of files) await Deno.writeTextFile(path, "");
  const values: Record<string, string> = {
    ...VALUES,
    "strategy.job-total": String(options.shards),
    "needs.shard.result": state.jobs.get("shard") === false ? "failure" : "success",
  };
  if (shard !== undefined) values["matrix.shard"] = String(shard);

  const commands: Command[] = [];
  let succeeded = true;
  const runStep = async (step: Step): Promise<void> => {
    if (!holds(step.if, { ...state, succeeded })) return;
    const inputs = substitute(step.with, values);
    if (step.uses?.startsWith("./")) {
      for (const inner of readCompositeAction(join(workspace, step.uses, "action.yml"))) await runStep(inner);
    } else if (step.uses !== undefined) {
      const action = ACTIONS[step.uses];
      if (!action) throw new Error(`Action "${step.uses}" of job "${name}" is not known here.`);
      await action(inputs, { ...context, succeeded });
    } else if (step.run !== undefined) {
      const own = substitute({ ...env, ...options.env, ...step.env }, values);
      const fixed = { CI: "true", GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: workspace, RUNNER_TEMP: home };
      const { code, output } = await runCommand(step.run, {
        cwd: workspace,
        env: { ...fixed, ...Object.fromEntries(files), ...own },
      });
      commands.push({ job: name, run: step.run, code, output });
      succeeded &&= code === 0;
    }
  };
  for (const step of steps) await runStep(step);
  return { commands, succeeded, summary: await Deno.readTextFile(join(home, "GITHUB_STEP_SUMMARY")) };
}

/** Runs a script as GitHub does for `shell: bash`. Our own variables come from `env` alone. */
export async function runCommand(script: string, { cwd, env }: { cwd: string; env: Readonly<Record<string, string>> }) {
  if (script.includes("${{")) throw new Error(`"${script}" contains an expression; pass it in "env" instead.`);
  const file = await Deno.makeTempFile({ suffix: ".sh" });
  await Deno.writeTextFile(file, script);
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["--noprofile", "--norc", "-eo", "pipefail", file],
    cwd,
    // The clones share their compiled shaders, as the jobs do by their cache.
    env: { NO_COLOR: "1", LENET_BENCH_DATA: "", ...shaderCacheVariables(), ...env },
    stdin: "null",
  }).output();
  await Deno.remove(file);
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}
