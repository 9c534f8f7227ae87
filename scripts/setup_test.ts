import assert from "node:assert/strict";
import { join } from "node:path";

/** Stand-ins for what would change this machine: a user who is not root, a `sudo` that asks nothing, a package manager. */
const PROGRAMS = {
  id: "echo 1000",
  sudo: '[ "$1" = -n ] || exit 1\nshift\nexec "$@"',
  "apt-get": 'echo "apt-get $*"',
};
/** No driver, so that no adapter answers. */
const NO_ADAPTER = { VK_ICD_FILENAMES: "/nonexistent", VK_DRIVER_FILES: "/nonexistent", DENO_WEBGPU_BACKEND: "vulkan" };

Deno.test("packages are installed for CI with sudo, and for a person who is not root not at all", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, script] of Object.entries(PROGRAMS)) {
      await Deno.writeTextFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    const inCi = await setUp(folder, { CI: "true" });
    assert.match(inCi, /^apt-get install .*mesa-vulkan-drivers libvulkan1$/m);
    const atHome = await setUp(folder, { CI: "" });
    assert.match(atHome, /^Error: no WebGPU adapter answers\. As root on Debian or Ubuntu: apt-get install/m);
    assert.doesNotMatch(atHome, /^apt-get/m);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** What `setup.sh` says; it never succeeds here, since nothing is really installed. */
async function setUp(programs: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["scripts/setup.sh"],
    cwd: new URL("..", import.meta.url).pathname,
    env: { ...NO_ADAPTER, ...env, PATH: `${programs}:${Deno.env.get("PATH")}` },
    stdin: "null",
  }).output();
  assert.equal(code, 1);
  return new TextDecoder().decode(stderr);
}
