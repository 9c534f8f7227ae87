import assert from "node:assert/strict";
import { join } from "node:path";

/** Stand-ins for what would change this machine: a user who is not root, a passwordless `sudo`, a package manager. */
const PROGRAMS = {
  id: "echo 1000",
  sudo: '[ "$1" = -n ] || exit 1\nshift\nexec "$@"',
  "apt-get": 'echo "apt-get $*"',
};
/** No driver, so that no adapter answers. */
const NO_ADAPTER = { VK_ICD_FILENAMES: "/nonexistent", VK_DRIVER_FILES: "/nonexistent", DENO_WEBGPU_BACKEND: "vulkan" };

Deno.test("setup.sh installs packages with sudo in CI, and never for a person who is not root", {
  ignore: Deno.build.os !== "linux",
}, () =>
  withPrograms(async (folder) => {
    const inCi = await setUp(folder, { CI: "true" });
    assert.match(inCi, /^apt-get install .*mesa-vulkan-drivers libvulkan1$/m);
    const atHome = await setUp(folder, { CI: "" });
    assert.match(atHome, /^Error: no WebGPU adapter answers\. As root on Debian or Ubuntu: apt-get install/m);
    assert.doesNotMatch(atHome, /^apt-get/m);
  }));

Deno.test("setup.sh installs no Vulkan driver if DENO_WEBGPU_BACKEND asks for something else", {
  ignore: Deno.build.os !== "linux",
}, () =>
  withPrograms(async (folder) => {
    const told = await setUp(folder, { CI: "true", DENO_WEBGPU_BACKEND: "cuda" });
    assert.match(told, /^Error: no WebGPU adapter answers with DENO_WEBGPU_BACKEND="cuda".* Unset it/m);
    assert.doesNotMatch(told, /apt-get/);
  }));

Deno.test("setup.sh looks for no adapter if none is needed", {
  ignore: Deno.build.os !== "linux",
}, () =>
  withPrograms(async (programs) => {
    const told = await setUp(programs, { CI: "true", NEEDS_ADAPTER: "no" }, { code: 0 });
    assert.doesNotMatch(told, /apt-get|adapter/);
    const script = ["scripts/ci/shard.sh", "1/1"];
    // Fails at the profile's name, which is checked after the adapter.
    const onCpu = { CI: "true", BENCH_ARGS: "lenet300 --backend cpu --profile nothing" };
    assert.match(await setUp(programs, onCpu, { script, code: 2 }), /--profile`: Expected .* got "nothing"/);
    const onGpu = { CI: "true", BENCH_ARGS: "lenet300 --profile nothing" };
    assert.match(await setUp(programs, onGpu, { script }), /^apt-get install/m);
  }));

/** Runs `test` with a folder of the stand-ins. */
async function withPrograms(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, script] of Object.entries(PROGRAMS)) {
      await Deno.writeTextFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a script that sets up prints; without an adapter it fails, since nothing is really installed. */
async function setUp(
  programs: string,
  env: Readonly<Record<string, string>>,
  { script = ["scripts/setup.sh"], code: expected = 1 }: { script?: string[]; code?: number } = {},
): Promise<string> {
  const { code, stderr } = await new Deno.Command("sh", {
    args: script,
    cwd: new URL("..", import.meta.url).pathname,
    env: { ...NO_ADAPTER, ...env, PATH: `${programs}:${Deno.env.get("PATH")}` },
    stdin: "null",
  }).output();
  const told = new TextDecoder().decode(stderr);
  assert.equal(code, expected, told);
  return told;
}
