import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { withFolder } from "../../base/testing.ts";
import { gzipBomb, SMALL, SMALL_BYTES, SMALL_FILES } from "../testing.ts";
import { downloadMnist, type DownloadOptions, type DownloadProgress } from "./download.ts";
import { readIdxDirectory } from "./mnist.ts";

/** What an honest mirror serves. */
const GZIPPED = Object.fromEntries(
  SMALL_FILES.map(({ name }, i) => [`${name}.gz`, Uint8Array.from(gzipSync(SMALL_BYTES[i]!))]),
);

/** A mirror's response, given what an honest one would send. */
type Answer = (honest: Uint8Array<ArrayBuffer>) => Response;

const good: Answer = (honest) => new Response(honest);
const status = (code: number): Answer => () => new Response("sorry", { status: code });

interface Mirror {
  readonly address: string;
  /** Names of the files asked for so far. */
  readonly requests: string[];
}

/** Runs `test` next to a mirror that answers its n-th request with the n-th answer, and from then on with the last. */
async function withMirror(answers: Answer[], test: (mirror: Mirror) => Promise<void>): Promise<void> {
  const requests: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const name = new URL(request.url).pathname.slice(1);
    const answer = answers[Math.min(requests.push(name), answers.length) - 1]!;
    return answer(GZIPPED[name]!);
  });
  try {
    await test({ address: `http://127.0.0.1:${server.addr.port}`, requests });
  } finally {
    await server.shutdown();
  }
}

function download(folder: string, { address }: Mirror, options: DownloadOptions = {}): Promise<void> {
  return downloadMnist(folder, { files: SMALL_FILES, mirrors: [address], backoffMs: 1, ...options });
}

/** Asserts that all files arrive from a mirror that gives these answers, and after how many requests. */
function assertArrives(answers: Answer[], requests: number, options: DownloadOptions = {}): Promise<void> {
  return withMirror(answers, (mirror) =>
    withFolder(async (folder) => {
      await download(folder, mirror, options);
      assert.equal(mirror.requests.length, requests);
      assert.deepEqual(namesIn(folder), Object.keys(GZIPPED).sort());
      const dataset = await readIdxDirectory(folder, { mnistOnly: true, files: SMALL_FILES });
      assert.deepEqual([dataset.train, dataset.test], [SMALL.train, SMALL.test]);
    }));
}

/** Asserts that the download ends with this reason, after how many requests, and leaves nothing behind. */
function assertFails(answers: Answer[], requests: number, why: RegExp, options: DownloadOptions = {}): Promise<void> {
  return withMirror(answers, (mirror) =>
    withFolder(async (folder) => {
      await assert.rejects(download(folder, mirror, options), (error: Error) => {
        assert.equal(error.name, "UserError");
        assert.match(error.message, /^Cannot download "http:.*\/train-images-idx3-ubyte\.gz": /);
        assert.match(error.message, why);
        return true;
      });
      assert.equal(mirror.requests.length, requests);
      assert.deepEqual(namesIn(folder), []);
    }));
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("downloadMnist() fetches the four files", () => assertArrives([good], 4));

Deno.test("downloadMnist() reports progress to the last byte of each file", () =>
  withMirror([good], (mirror) =>
    withFolder(async (folder) => {
      const steps: DownloadProgress[] = [];
      await download(folder, mirror, { onProgress: (step) => steps.push(step) });
      for (const { name } of SMALL_FILES) {
        const size = GZIPPED[`${name}.gz`]!.length;
        assert.deepEqual(steps.findLast(({ file }) => file === name), { file: name, done: size, total: size });
      }
    })));

Deno.test("downloadMnist() asks only for files that are not there", () =>
  withMirror([good], (mirror) =>
    withFolder(async (folder) => {
      await download(folder, mirror);
      const lost = Object.keys(GZIPPED)[2]!;
      await Deno.remove(`${folder}/${lost}`);
      await download(folder, mirror);
      assert.deepEqual(mirror.requests, [...Object.keys(GZIPPED), lost]);
    })));

Deno.test("downloadMnist() takes a file that the server sends uncompressed", () =>
  assertArrives([() => new Response(SMALL_BYTES[0]), good], 4));

Deno.test("downloadMnist() tries again after a server error, a cut-off body and damaged gzip data", async () => {
  const cutOff: Answer = (honest) =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(honest.subarray(0, 100));
          controller.error("the test's server cuts this body off");
        },
      }),
    );
  await assertArrives([status(500), good], 5);
  await assertArrives([cutOff, good], 5);
  await assertArrives([(honest) => new Response(honest.subarray(0, 100)), good], 5);
});

Deno.test("downloadMnist() gives up on a mirror that keeps failing", () =>
  assertFails([status(503)], 3, /the server answered with HTTP status 503/));

Deno.test("downloadMnist() asks only once when another try won't help", async () => {
  await assertFails([status(404)], 1, /HTTP status 404/);
  await assertFails([() => new Response("<html>log in</html>")], 1, /web page in place of the file/);
  await assertFails([() => new Response(Uint8Array.from(gzipSync("other")))], 1, /SHA-256 differs/);
});

Deno.test("downloadMnist() tries the next mirror", () =>
  withMirror([status(404)], (wrong) => assertNextMirror(wrong.address)));

Deno.test("downloadMnist() asks a server that does not answer only once per file", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let connections = 0;
  const hangUp = (async () => {
    for await (const connection of listener) {
      connections++;
      connection.close();
    }
  })();
  await assertNextMirror(`http://127.0.0.1:${listener.addr.port}`);
  listener.close();
  await hangUp;
  assert.equal(connections, SMALL_FILES.length);
});

/** Asserts that all files arrive from an honest mirror named after `first`. */
function assertNextMirror(first: string, options: DownloadOptions = {}): Promise<void> {
  return withMirror([good], (mirror) =>
    withFolder(async (folder) => {
      await download(folder, mirror, { mirrors: [first, mirror.address], ...options });
      assert.deepEqual(namesIn(folder), Object.keys(GZIPPED).sort());
    }));
}

Deno.test("downloadMnist() gives up on a server that falls silent", () => {
  const silent: Answer = (honest) =>
    new Response(new ReadableStream({ start: (controller) => controller.enqueue(honest.subarray(0, 100)) }));
  return assertFails([silent], 2, /sent nothing for 0\.1 s/, { stallMs: 100, attempts: 2 });
});

/** Runs `test` next to a server that gives every request these bytes, as they are, and then hangs up where `ends`. */
async function withRawMirror(
  reply: Uint8Array | string,
  { ends, test }: { readonly ends: boolean; readonly test: (address: string) => Promise<void> },
): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Deno.Conn[] = [];
  const serving = (async () => {
    for await (const connection of listener) {
      open.push(connection);
      await connection.read(new Uint8Array(4096));
      await connection.write(typeof reply === "string" ? new TextEncoder().encode(reply) : reply);
      if (ends) connection.close();
    }
  })();
  try {
    await test(`http://127.0.0.1:${listener.addr.port}`);
  } finally {
    listener.close();
    await serving;
    if (!ends) { for (const connection of open) connection.close(); }
  }
}

Deno.test("downloadMnist() gives up on a server that takes the request and never answers, and asks the next", () =>
  withRawMirror("", {
    ends: false,
    test: async (silent) => {
      await withFolder(async (folder) => {
        const options = { files: SMALL_FILES, mirrors: [silent], stallMs: 100 };
        await assert.rejects(downloadMnist(folder, options), {
          name: "UserError",
          message: /^Cannot download ".*": the server sent nothing for 0\.1 s\. Check the network/,
        });
        assert.deepEqual(namesIn(folder), []);
      });
      await assertNextMirror(silent, { stallMs: 100 });
    },
  }));

Deno.test("downloadMnist() refuses fewer bytes than the server announced, and an answer that is not HTTP", async () => {
  const half = "HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n" + "half of the file";
  for (
    const [reply, why] of [[half, /the connection broke after \d+ bytes/], ["220 mail.test ESMTP\r\n", /./]] as const
  ) {
    await withRawMirror(reply, {
      ends: true,
      test: (address) =>
        withFolder(async (folder) => {
          const options = { files: SMALL_FILES, mirrors: [address], backoffMs: 1 };
          await assert.rejects(downloadMnist(folder, options), (error: Error) => {
            assert.equal(error.name, "UserError");
            assert.match(error.message, /^Cannot download "http:.*\.gz": /);
            assert.match(error.message, why);
            return true;
          });
          assert.deepEqual(namesIn(folder), []);
        }),
    });
  }
});

Deno.test("downloadMnist() gives up on redirects that go round in a circle", () => {
  let address = "";
  const back: Answer = () => Response.redirect(`${address}/again`);
  return withMirror([back], (mirror) => {
    address = mirror.address;
    return withFolder(async (folder) => {
      await assert.rejects(download(folder, mirror), { name: "UserError", message: /Maximum number of redirects/ });
      assert.deepEqual(namesIn(folder), []);
    });
  });
});

/** More bytes than any file may have, a few at a time. */
function* endless() {
  for (;;) yield new Uint8Array(2 ** 22);
}

Deno.test("downloadMnist() stops a server that never stops, and gzip data that never end", async () => {
  const more = /more than 268435456 bytes/;
  await assertFails([() => new Response(ReadableStream.from(endless()))], 1, more);
  await assertFails([() => new Response(gzipBomb())], 1, /damaged gzip data, or more than 268435456 bytes/, {
    attempts: 1,
  });
});

Deno.test("downloadMnist() leaves nothing behind when it is killed, and then fetches what is missing", () => {
  const trickle: Answer = (honest) =>
    new Response(new ReadableStream({ start: (controller) => controller.enqueue(honest.subarray(0, 100)) }));
  return withMirror([good, trickle, good], (mirror) =>
    withFolder(async (folder) => {
      const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
      const program = `import { downloadMnist } from ${module("./download.ts")};
        import { SMALL_FILES } from ${module("../testing.ts")};
        const onProgress = ({ file, done, total }) => console.log(file, done === total);
        await downloadMnist(${JSON.stringify(folder)}, {
          files: SMALL_FILES, mirrors: [${JSON.stringify(mirror.address)}], onProgress });`;
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--allow-read", "--allow-write", "--allow-net", "-"],
        cwd: new URL("../..", import.meta.url).pathname,
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(program));
      await writer.close();
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
        if (text.includes(`${SMALL_FILES[1].name} false`)) child.kill("SIGKILL");
      }
      await child.status;
      assert.deepEqual(namesIn(folder), [`${SMALL_FILES[0].name}.gz`]);

      await download(folder, mirror);
      assert.deepEqual(mirror.requests.slice(2), Object.keys(GZIPPED).slice(1));
      await readIdxDirectory(folder, { mnistOnly: true, files: SMALL_FILES });
    }));
});

Deno.test("downloadMnist() waits for a slow server while it sends", () => {
  /** Takes longer as a whole than the silence that is allowed, but never as long between two parts. */
  async function* slowly(bytes: Uint8Array) {
    for (let part = 0; part < 5; part++) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      yield bytes.subarray(part * 100, part < 4 ? (part + 1) * 100 : undefined);
    }
  }
  return assertArrives([(honest) => new Response(ReadableStream.from(slowly(honest))), good], 4, { stallMs: 900 });
});

const canMount = Deno.build.os === "linux" && await mounted(() => Promise.resolve());

/** Runs `test` on a disk of one page of 4 KiB; false where none can be mounted. */
async function mounted(test: (folder: string) => Promise<void>): Promise<boolean> {
  const folder = await Deno.makeTempDir();
  const options = ["-t", "tmpfs", "-o", "size=4k", "tmpfs", folder];
  const { success } = await new Deno.Command("mount", { args: options, stderr: "null" }).output();
  try {
    if (success) await test(folder);
  } finally {
    if (success) await new Deno.Command("umount", { args: [folder] }).output();
    await Deno.remove(folder);
  }
  return success;
}

Deno.test(
  `downloadMnist() leaves only whole files on a full disk${canMount ? "" : " (ignored: no disk can be mounted here)"}`,
  { ignore: !canMount },
  () =>
    withMirror([good], async (mirror) => {
      await mounted(async (folder) => {
        await assert.rejects(download(folder, mirror), {
          name: "UserError",
          message: /^Cannot write ".*": No space left on device/,
        });
        const there = namesIn(folder);
        assert.ok(there.length < SMALL_FILES.length);
        for (const name of there) assert.deepEqual(await Deno.readFile(`${folder}/${name}`), GZIPPED[name]);
      });
    }),
);

Deno.test("downloadMnist() says where it can't write", () =>
  withMirror([good], (mirror) =>
    withFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/file`, "");
      await assert.rejects(download(`${folder}/file`, mirror), {
        name: "UserError",
        message: /^Cannot write ".*file.train-images-idx3-ubyte\.gz": /,
      });
    })));
