/**
 * Where and with what a run was made.
 *
 * @module
 */
import { cpus } from "node:os";
import * as tf from "@tensorflow/tfjs";
import config from "../deno.json" with { type: "json" };
import { readCommit } from "./commit.ts";

export interface Versions {
  readonly program: string;
  /**
   * The program's own commit. If its files were changed, followed by `-dirty.` and the first 12 digits of the changes'
   * SHA-256. `unknown` outside a checkout.
   */
  readonly commit: string;
  readonly deno: string;
  readonly v8: string;
  readonly tfjs: string;
}

export interface Machine {
  readonly os: string;
  /** Empty when the system does not say. */
  readonly cpu: string;
  readonly cpuThreads: number;
}

export async function readVersions(): Promise<Versions> {
  return {
    program: config.version,
    commit: (await readCommit()).commit,
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

/** Where and with what a time was measured, as in the rows of timings. */
export async function readProvenance(): Promise<{ machine: string; versions: string; commit: string }> {
  const { program, deno, tfjs, commit } = await readVersions();
  const { os, cpu, cpuThreads } = readMachine();
  return {
    machine: [os, cpu, `${cpuThreads} threads`].filter((part) => part !== "").join(", "),
    versions: `lenet-bench ${program}, Deno ${deno}, TensorFlow.js ${tfjs}`,
    commit,
  };
}

function readCpuName(): string {
  try {
    return cpus()[0]?.model ?? "";
  } catch {
    return ""; // No permission to ask.
  }
}
