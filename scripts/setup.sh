# Sourced by the other scripts, in the project's folder and with their arguments: finds or installs Deno and, on Debian
# and Ubuntu, a WebGPU adapter, unless NEEDS_ADAPTER is "no". Changes nothing that is already there. Sets DENO.

DENO_VERSION=2.9.6

say() { printf 'setup: %s\n' "$*" >&2; }
stop() { printf 'Error: %s\n' "$*" >&2; exit 1; }

# Any Deno 2 from the pinned minor version on will do.
new_enough() {
  version=$("$1" --version 2>/dev/null | sed -n '1s/^deno \([0-9]*\)\.\([0-9]*\)\..*/\1 \2/p')
  # shellcheck disable=SC2086 # two words are meant
  set -- $version
  [ "${1:-0}" -eq 2 ] && [ "${2:-0}" -ge 9 ]
}

find_deno() {
  for candidate in deno .tools/node_modules/.bin/deno; do
    if command -v "$candidate" >/dev/null && new_enough "$candidate"; then
      DENO=$(command -v "$candidate")
      return
    fi
  done
  command -v npm >/dev/null || stop "neither Deno 2.9 nor npm is installed. Install Node.js (with npm) or Deno, then run this again."
  say "installing Deno $DENO_VERSION into .tools with npm"
  npm install --prefix .tools --no-save --no-fund --no-audit --loglevel=error "deno@$DENO_VERSION" >&2 ||
    stop "npm could not install Deno $DENO_VERSION. Check the network, then run this again."
  DENO=.tools/node_modules/.bin/deno
  new_enough "$DENO" || stop "the Deno that npm installed does not start: $("$DENO" --version 2>&1 | head -n 1)"
}

adapter_answers() {
  ADAPTER=$("$DENO" run scripts/probe_adapter.ts 2>/dev/null)
}

# Only root changes a person's machine; in CI, whose machine is thrown away, passwordless sudo may too.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    [ "${CI:-}" = true ] && sudo -n "$@"
  fi
}

find_adapter() {
  adapter_answers && return
  printf '%s' "${DENO_WEBGPU_BACKEND:-vulkan}" | grep -qiE 'vulkan|vk' ||
    stop "no WebGPU adapter answers with DENO_WEBGPU_BACKEND=\"$DENO_WEBGPU_BACKEND\", and no Vulkan driver would change \
that. Unset it, or set it to vulkan, gl, metal or dx12."
  if command -v apt-get >/dev/null && as_root true 2>/dev/null; then
    say "no WebGPU adapter answers: installing Mesa's software adapter (mesa-vulkan-drivers, libvulkan1) with apt-get"
    {
      as_root apt-get update -qq &&
        as_root apt-get install -y -qq --no-install-recommends mesa-vulkan-drivers libvulkan1
    } >&2 ||
      stop "apt-get could not install mesa-vulkan-drivers and libvulkan1. Install them by hand, then run this again."
    adapter_answers || stop "still no WebGPU adapter answers. \"$DENO task doctor\" says what is here."
  else
    stop "no WebGPU adapter answers. As root on Debian or Ubuntu: apt-get install mesa-vulkan-drivers libvulkan1. \
Elsewhere: install your GPU's Vulkan driver. Then run this again, or add --backend cpu."
  fi
}

# Without it wgpu complains on standard error at every start.
export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-/tmp}"
# Or wgpu falls back to OpenGL if no Vulkan driver is installed: the same adapter's name, a fifth of the speed.
[ "$(uname -s)" != Linux ] || export DENO_WEBGPU_BACKEND="${DENO_WEBGPU_BACKEND:-vulkan}"
find_deno
# Tasks and tests start "deno" by its name.
PATH=$(cd "$(dirname "$DENO")" && pwd):$PATH
export PATH
case "${NEEDS_ADAPTER:-yes} $* " in
"no "* | *" --help "* | *" --list "* | *" --backend cpu "* | *" --backend=cpu "*) ;;
*)
  find_adapter
  say "ready: $("$DENO" --version | head -n 1), adapter $ADAPTER"
  ;;
esac
