/**
 * Where and with what a run was made.
 *
 * @module
 */
import { cpus } from "node:os";
import * as tf from "@tensorflow/tfjs";
import { git } from "../base/git.ts";
import config from "../deno.json" with { type: "json" };

export interface Versions {
  readonly program: string;
  /** The program's own commit, `-dirty` behind it when its files were changed, `unknown` outside a checkout. */
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
  const changes = await git(["status", "--porcelain", "--untracked-files=no"], cwd);
  return changes === "" ? commit : `${commit}-dirty`;
}

function readCpuName(): string {
  try {
    return cpus()[0]?.model ?? "";
  } catch {
    return ""; // No permission to ask.
  }
}
