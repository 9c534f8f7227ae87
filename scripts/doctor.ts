/**
 * `deno task doctor`: checks this machine, and says how to fix what is wrong.
 *
 * @module
 */
import { message, object, option } from "@optique/core";
import { run } from "@optique/run";
import { adapterOption } from "./command/adapter_option.ts";
import { dataDirectory, main, RUN_OPTIONS } from "./command/cli.ts";
import { CACHE_DIR, DOCTOR_PATHS } from "./command/path_options.ts";
import { pathOptions } from "./command/path_parsers.ts";
import { projectPath } from "./command/user_paths.ts";
import { diagnose, type Diagnosis } from "./doctor/examine.ts";

const MARKS = { ok: "ok     ", warning: "warning", problem: "PROBLEM" } as const;

const parser = object("Options", {
  adapter: adapterOption,
  ...pathOptions(DOCTOR_PATHS),
  json: option("--json", { description: message`Print everything as JSON, for CI` }),
});

function print({ findings, adapter }: Diagnosis): void {
  for (const { what, status, detail, remedy } of findings) {
    console.log(`${MARKS[status]}  ${what}: ${detail}`);
    if (remedy) console.log(`         ${remedy}`);
  }
  if (!adapter) return;
  console.log(`features: ${adapter.features.join(", ")}`);
  console.log(`limits: ${Object.entries(adapter.limits).map(([name, value]) => `${name} ${value}`).join(", ")}`);
}

if (import.meta.main) {
  const options = run(parser, {
    programName: "deno task doctor",
    brief: message`Check the adapter, data sets and versions, and say how to fix what is wrong.`,
    footer: message`Exits with 1 if something keeps the benchmark from running.`,
    ...RUN_OPTIONS,
  });
  await main(async () => {
    const dataDir = dataDirectory(options.dataDir);
    const diagnosis = await diagnose({
      adapter: options.adapter,
      cacheDir: projectPath(CACHE_DIR),
      ...(dataDir !== undefined && { dataDir }),
      dataStore: options.dataStore,
    });
    if (options.json) console.log(JSON.stringify(diagnosis, null, 2));
    else print(diagnosis);
    return diagnosis.findings.some(({ status }) => status === "problem") ? 1 : 0;
  });
}
