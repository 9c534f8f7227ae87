/**
 * A process that takes training steps with the engine of another checkout: one line of JSON per request and reply.
 *
 *     deno run --config ROOT/deno.json step_worker.ts ROOT
 *
 * Everything of that checkout is imported by its path, since an older one knows nothing of this protocol; its
 * `deno.json` decides the versions of the packages.
 *
 * @module
 */
import { startClock } from "../../engine/timing/timed_work.ts";
import { linesOf } from "../peers/lines.ts";

/** Prepare steps of a network and take the first, or take some more. */
export type StepRequest = { readonly model: string; readonly batch: number } | { readonly runs: number };

const [root] = Deno.args;
// A type import of this checkout's modules describes those of the other one as far as they are used here.
const { startBackend }: typeof import("../../device/backend.ts") = await import(`${root}/device/backend.ts`);
const { finishWork }: typeof import("../../device/device_work.ts") = await import(`${root}/device/device_work.ts`);
const { TUNED_KERNELS }: typeof import("../../kernels/mod.ts") = await import(`${root}/kernels/mod.ts`);
const { stepSubject }: typeof import("../../engine/timing/kernels/subjects.ts") = await import(
  `${root}/engine/timing/kernels/subjects.ts`
);
const { KERNELS }: typeof import("../../suites/kernels.ts") = await import(`${root}/suites/kernels.ts`);
const { GPU_TIMING }: typeof import("../../suites/gpu_timing.ts") = await import(`${root}/suites/gpu_timing.ts`);

const models = [
  ...Object.values(KERNELS.profiles).flatMap(({ steps }) => steps),
  ...Object.values(GPU_TIMING.profiles).flatMap(({ networks }) => networks),
];

const backend = await startBackend("webgpu", { kernels: TUNED_KERNELS });
const { name: adapter, api, kind: adapter_kind } = backend.adapter;
say({ adapter, api, adapter_kind });

let prepared: ReturnType<ReturnType<typeof stepSubject>["prepare"]> | undefined;
for await (const line of linesOf(Deno.stdin.readable)) {
  const request: StepRequest = JSON.parse(line);
  const elapsed = startClock();
  if ("model" in request) {
    const { model: id, batch } = request;
    const model = models.find((model) => model.id === id);
    if (model === undefined) throw new Error(`There is no network "${id}" at "${root}"`);
    const { recipe, stepSize } = KERNELS;
    prepared = stepSubject(model, { recipe: { ...recipe, batch }, stepSize }).prepare(backend);
  }
  for (let run = 0; run < ("runs" in request ? request.runs : 1); run++) prepared!.run();
  await finishWork();
  say(elapsed());
  await prepared!.settle?.();
  backend.check();
}
backend.stop();

function say(reply: unknown): void {
  console.log(JSON.stringify(reply));
}
