/**
 * `deno task bench SUITE --in-slices`: trains when it is asked to, for {@linkcode benchAgainst} of another checkout.
 *
 * It says what adapter it has and which variants it trains, then reads a {@linkcode SliceRequest} from each line of its
 * input and answers with a {@linkcode Slice}: JSON, one line each. It exits when its input ends.
 *
 * @module
 */
import type { GraphicsApi } from "../../base/graphics_api.ts";
import { split } from "../../data/split.ts";
import { startBackend } from "../../device/backend.ts";
import { fittingPlan } from "../../engine/running/load_data.ts";
import { epochsOf, plan } from "../../engine/running/plan.ts";
import { SlicedTraining } from "../../engine/running/sliced_training.ts";
import type { Slice } from "../../engine/timing/alternating.ts";
import { preparedImages } from "../../engine/training/images.ts";
import { KERNEL_SETS } from "../../kernels/mod.ts";
import type { Suite } from "../../suites/suite.ts";
import { linesOf } from "../peers/lines.ts";
import type { BenchOptions } from "./options.ts";
import { imagesOf, loadFor } from "./suite.ts";

/** Train a variant for some steps more. */
export interface SliceRequest {
  readonly variant: string;
  readonly steps: number;
}

/** What the process says first. */
export interface SliceGreeting {
  readonly adapter: string;
  readonly api: GraphicsApi;
  readonly adapter_kind: "hardware" | "software" | "none";
  /** Ids, in the order of the suite. */
  readonly variants: readonly string[];
}

/** Answers requests until there are no more. */
export async function benchInSlices(suite: Suite, options: BenchOptions): Promise<number> {
  const { profile, epochs, filter } = options;
  const planned = plan(suite, {
    profile,
    ...(epochs !== undefined && { epochs }),
    ...(filter !== undefined && { filter }),
    ...imagesOf(options),
  });
  const dataset = await loadFor(planned, options);
  const work = fittingPlan(planned, dataset);
  const images = preparedImages(split(dataset, work.profile));
  const kernels = options.backend === "cpu" ? "stock" : options.kernels ?? "tuned";
  const backend = await startBackend(options.backend, { kernels: KERNEL_SETS[kernels] });
  const { name: adapter, api, kind: adapter_kind } = backend.adapter;
  say({ adapter, api, adapter_kind, variants: work.variants.map(({ id }) => id) } satisfies SliceGreeting);
  const trainings = new Map<string, SlicedTraining>();
  for await (const line of linesOf(Deno.stdin.readable)) {
    const { variant: id, steps }: SliceRequest = JSON.parse(line);
    const variant = work.variants.find((variant) => variant.id === id)!;
    const training = trainings.get(id) ??
      new SlicedTraining(variant, {
        epochs: epochsOf(work, variant),
        images: images(variant),
        backend,
        readsDeviceTime: adapter_kind === "hardware",
      });
    trainings.set(id, training);
    say(await training.take(steps) satisfies Slice);
    backend.check();
  }
  for (const training of trainings.values()) await training.stop();
  backend.stop();
  return 0;
}

function say(reply: unknown): void {
  console.log(JSON.stringify(reply));
}
