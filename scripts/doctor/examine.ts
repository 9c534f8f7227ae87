/**
 * Finds out whether this machine can run the benchmark, and what to do if it can't.
 *
 * @module
 */
import { messageOf, plainLine } from "../../base/errors.ts";
import { isThere } from "../../base/files.ts";
import { adapterWords } from "../../base/graphics_api.ts";
import { loadDataset, type LoadOptions } from "../../data/choose_dataset.ts";
import type { Dataset } from "../../data/dataset.ts";
import { hasUsps } from "../../data/files/usps.ts";
import type { AdapterDescription } from "../../device/adapter.ts";
import { ARITHMETIC_TOLERANCE, checkArithmetic } from "../../device/arithmetic_check.ts";
import { type Backend, startBackend } from "../../device/backend.ts";
import { commitNotice } from "../../device/commit.ts";
import { API_VARIABLE, choosingVariables } from "../../device/graphics_api.ts";
import { readMachine, readVersions } from "../../device/provenance.ts";
import { TUNED_KERNELS } from "../../kernels/mod.ts";
import { checkAdapter } from "../command/adapter_option.ts";

/** Where data sets are looked for. */
type DataOptions = Pick<LoadOptions, "dataDir" | "dataStore" | "cacheDir">;

/** One thing that was looked at. */
export interface Finding {
  readonly what: string;
  /** `warning`: runs, but not as well or as comparably as it could. */
  readonly status: "ok" | "warning" | "problem";
  readonly detail: string;
  /** What to do, if something is wrong and `detail` does not say it. */
  readonly remedy?: string;
}

export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** Left out if none answers. */
  readonly adapter?: AdapterDescription;
}

/**
 * Looks at versions, adapter, arithmetic and data sets. Never throws for what it finds.
 *
 * @param options.adapter A part of the adapter's name and graphics API; left out, any will do.
 */
export async function diagnose(
  { adapter: expected, ...options }: DataOptions & { readonly adapter?: string | undefined },
): Promise<Diagnosis> {
  const findings = [await findVersions()];
  let adapter: AdapterDescription | undefined;
  try {
    await checkAdapter(expected);
    const backend = await startBackend("webgpu");
    adapter = backend.adapter;
    findings.push(describeAdapter(adapter), await testArithmetic(backend));
    backend.useKernels(TUNED_KERNELS);
    findings.push(await testArithmetic(backend), describeSharing(backend));
    backend.stop();
  } catch (error) {
    // The error of a backend that does not start says what to do.
    findings.push({ what: "adapter", status: "problem", detail: messageOf(error) });
  }
  findings.push(describeChoice(), await findData(options));
  if (options.dataDir !== undefined && hasUsps(options.dataDir)) {
    findings.push(await findUsps(options.dataDir, options));
  }
  return { findings, ...(adapter && { adapter }) };
}

async function findVersions(): Promise<Finding> {
  const { program, commit, deno, tfjs } = await readVersions();
  const { os, cpu, cpuThreads } = readMachine();
  const notice = await commitNotice();
  return {
    what: "versions",
    status: notice === undefined ? "ok" : "warning",
    detail: `lenet-bench ${program} (commit ${commit}), Deno ${deno}, TensorFlow.js ${tfjs}, ${os}, ` +
      `${cpu || "unknown processor"}, ${cpuThreads} threads`,
    ...(notice !== undefined && { remedy: plainLine(notice) }),
  };
}

function describeAdapter({ name, api, kind, features }: AdapterDescription): Finding {
  const stamps = features.includes("timestamp-query") ? "with" : "without";
  const detail = `${adapterWords({ adapter: name, api })} (${kind}), ${stamps} time stamps`;
  if (kind === "hardware") return { what: "adapter", status: "ok", detail };
  return {
    what: "adapter",
    status: "warning",
    detail,
    remedy:
      "This adapter runs on the processor: error rates are as good as any, but training is slow. If the machine " +
      "has a GPU, install its Vulkan driver.",
  };
}

/** How to have another adapter. WebGPU itself lists none. */
function describeChoice(): Finding {
  const set = choosingVariables().join(", ");
  const vulkan = 'With Mesa installed, "MESA_VK_DEVICE_SELECT=list deno task doctor" lists the Vulkan adapters, and ' +
    "MESA_VK_DEVICE_SELECT=VENDOR:DEVICE with MESA_VK_DEVICE_SELECT_FORCE_DEFAULT_DEVICE=1 chooses one. " +
    "VK_DRIVER_FILES=FILE chooses a driver, of the files in /usr/share/vulkan/icd.d. ";
  return {
    what: "choice of the adapter",
    status: "ok",
    detail: set === "" ? "the fastest one, since no variable chooses another" : `by ${set}`,
    remedy:
      `${Deno.build.os === "linux" ? vulkan : ""}${API_VARIABLE}=vulkan, metal, dx12 or gl chooses the graphics ` +
      'API. "deno task bench --adapter TEXT" fails if another adapter answers than the one that you mean.',
  };
}

/** Whether the threads of a subgroup share loads. Without that, the tuned kernels are right but may be slower. */
function describeSharing({ lanes, subgroups: { obstacle } }: Pick<Backend, "lanes" | "subgroups">): Finding {
  const detail = lanes > 1 ? `${lanes} threads share what they load` : `each thread loads for itself: ${obstacle}`;
  return { what: "tuned kernels", status: "ok", detail };
}

async function testArithmetic(backend: Backend): Promise<Finding> {
  const { kernels } = backend;
  const what = `self-test, ${kernels} kernels`;
  try {
    const wrong = (await checkArithmetic()).filter(({ difference }) => !(difference <= ARITHMETIC_TOLERANCE));
    backend.check();
    if (wrong.length === 0) {
      return { what, status: "ok", detail: "matrix product, convolution and gradients are right" };
    }
    return {
      what,
      // The stock kernels are for comparison; the tuned ones are what a run uses.
      status: kernels === "tuned" ? "problem" : "warning",
      detail: wrong.map(({ what, difference }) => `${what} is off by ${(100 * difference).toPrecision(2)}%`).join("; "),
      remedy: kernels === "tuned"
        ? "This adapter computes wrong numbers: update its driver."
        : "TensorFlow.js's own kernels compute wrong numbers on this adapter: leave --kernels at tuned.",
    };
  } catch (error) {
    return { what, status: "problem", detail: messageOf(error), remedy: "Update the adapter's driver." };
  }
}

async function findData({ dataDir, dataStore, cacheDir }: DataOptions): Promise<Finding> {
  const what = "data";
  try {
    if (dataDir !== undefined) return await checkData(dataDir, { dataDir, dataStore, cacheDir });
    if (await isThere(`${cacheDir}/mnist`)) return await checkData(cacheDir, { dataDir: cacheDir, cacheDir });
  } catch (error) {
    return { what, status: "problem", detail: messageOf(error) };
  }
  return {
    what,
    status: "warning",
    detail: "no data set here yet",
    remedy: 'A run downloads MNIST when it needs it ("deno task data fetch mnist" does it now); without a network, ' +
      "name a folder that has it with --data-dir or LENET_BENCH_DATA. Drawn digits always work.",
  };
}

async function findUsps(dataDir: string, options: DataOptions): Promise<Finding> {
  try {
    return describeData(await loadDataset({ ...options, dataset: "usps" }), dataDir);
  } catch (error) {
    return { what: "data", status: "problem", detail: messageOf(error) };
  }
}

async function checkData(folder: string, options: DataOptions): Promise<Finding> {
  return describeData(await loadDataset({ dataset: "auto", ...options }), folder);
}

function describeData({ title, train, test, notice }: Dataset, folder: string): Finding {
  return {
    what: "data",
    status: notice ? "warning" : "ok",
    detail: `${title} in "${folder}": ${train.count} train and ${test.count} test images`,
    ...(notice && { remedy: notice }),
  };
}
