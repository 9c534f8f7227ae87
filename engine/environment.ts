/**
 * Where and with what a run was made.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { cpus } from "node:os";
import * as tf from "@tensorflow/tfjs";
import config from "../deno.json" with { type: "json" };

export interface Versions {
  readonly program: string;
  /**
   * The program's own commit; behind it, where its files were changed, `-dirty.` and the first 12 digits of the changes'
   * SHA-256; `unknown` outside a checkout.
   */
  readonly commit: string;
  readonly deno: string;
  readonly v8: string;
  readonly tfjs: string;
}

export interface Machine {
  readonly os: string;
  /** Empty where the system does not tell. */
  readonly cpu: string;
  readonly cpuThreads: number;
}

export async function readVersions(): Promise<Versions> {
  return {
    program: config.version,
    commit: await readCommit(),
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    tfjs: tf.version.tfjs,
  };
}

export function readMachine(): Machine {
  return {
    os: `${Deno.build.os} ${Deno.build.arch}`,
    cpu: readCpuName(),
    cpuThreads: navigator.hardwareConcurrency,
  };
}

/** Where and with what a time was measured, as rows of timings hold it. */
export async function readProvenance(): Promise<{ machine: string; versions: string; commit: string }> {
  const { program, deno, tfjs, commit } = await readVersions();
  const { os, cpu, cpuThreads } = readMachine();
  return {
    machine: [os, cpu, `${cpuThreads} threads`].filter((part) => part !== "").join(", "),
    versions: `lenet-bench ${program}, Deno ${deno}, TensorFlow.js ${tfjs}`,
    commit,
  };
}

async function readCommit(): Promise<string> {
  // The folder of the program, not of the user: a suite can be run from anywhere.
  const cwd = import.meta.dirname;
  if (cwd === undefined) return "unknown";
  const commit = await git(["rev-parse", "HEAD"], cwd);
  if (commit === undefined) return "unknown";
  const changes = await git(["diff", "--no-ext-diff", "HEAD"], cwd);
  if (changes === "") return commit;
  return `${commit}-dirty.${createHash("sha256").update(changes ?? "").digest("hex").slice(0, 12)}`;
}

async function git(args: string[], cwd: string): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("git", { args, cwd, stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined; // No git, or no permission to run it.
  }
}

function readCpuName(): string {
  try {
    return cpus()[0]?.model ?? "";
  } catch {
    return ""; // No permission to ask.
  }
}
