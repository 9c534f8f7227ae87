import assert from "node:assert/strict";
import { join } from "node:path";
import { UserError } from "../../base/errors.ts";
import { withFolder } from "../../base/testing.ts";
import { LOCK_FILE, lockRun } from "./run_lock.ts";

const lockFile = (folder: string) => join(folder, LOCK_FILE);

Deno.test("lockRun() locks a folder for one writer at a time, and frees it without a trace", () =>
  withFolder((parent) => {
    const folder = join(parent, "not", "there", "yet");
    for (let turn = 0; turn < 2; turn++) {
      using lock = lockRun(folder);
      assert.equal(lock.notice, undefined);
      assert.throws(
        () => lockRun(folder),
        (error) =>
          error instanceof UserError &&
          error.message.startsWith(`Cannot write to "${folder}": process ${Deno.pid}`) &&
          / \(started \d+ s ago\) is writing to it\./.test(error.message),
      );
    }
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

Deno.test("lockRun() takes over a lock that a killed process left, and names its owner and age", () =>
  withFolder((folder) => {
    const started = new Date(Date.now() - 200_000).toISOString();
    Deno.writeTextFileSync(lockFile(folder), JSON.stringify({ pid: 4711, host: "node-3", started }));
    const silent = new Date(Date.now() - 150_000);
    Deno.utimeSync(lockFile(folder), silent, silent);
    using lock = lockRun(folder);
    assert.match(lock.notice!, /from process 4711 on "node-3" \(started 3 min \d+ s ago\), which exited/);
    assert.equal(JSON.parse(Deno.readTextFileSync(lockFile(folder))).pid, Deno.pid);
  }));

Deno.test("lockRun() reports no negative age when the clock was set back", () =>
  withFolder((folder) => {
    const started = new Date(Date.now() + 3_600_000).toISOString();
    Deno.writeTextFileSync(lockFile(folder), JSON.stringify({ pid: 4711, host: "", started }));
    using lock = lockRun(folder);
    assert.match(lock.notice!, /from process 4711 \(started 0 s ago\), which/);
  }));

Deno.test("lockRun() refuses an owner on another host that was alive a moment ago, though the system's lock is free", () =>
  withFolder((folder) => {
    const started = new Date(Date.now() - 200_000).toISOString();
    const text = JSON.stringify({ pid: 4711, host: "node-3", started });
    Deno.writeTextFileSync(lockFile(folder), text);
    assert.throws(
      () => lockRun(folder),
      /^UserError: Cannot write to ".*": process 4711 on "node-3" .* Wait until it exits, and 2 min 0 s more if it was killed/,
    );
    assert.equal(Deno.readTextFileSync(lockFile(folder)), text, "it is left to its owner");
  }));

Deno.test("lockRun() gives signs of life until its lock is disposed of", () =>
  withFolder((folder) => {
    const { setInterval, clearInterval } = globalThis;
    const signs = new Map<unknown, () => void>();
    const watched = (sign: () => void, ms: number) => {
      const timer = setInterval(sign, ms);
      signs.set(timer, sign);
      return timer;
    };
    // The overloads that are left out are nobody's here.
    globalThis.setInterval = watched as typeof setInterval;
    globalThis.clearInterval = (timer) => {
      signs.delete(timer);
      clearInterval(timer);
    };
    try {
      const lock = lockRun(folder);
      Deno.utimeSync(lockFile(folder), 0, 0);
      for (const giveSign of signs.values()) giveSign();
      assert.ok(Deno.statSync(lockFile(folder)).mtime!.getTime() > 0);
      lock[Symbol.dispose]();
      assert.equal(signs.size, 0);
    } finally {
      Object.assign(globalThis, { setInterval, clearInterval });
    }
  }));

Deno.test("lockRun() throws a UserError with the remedy on a file system without locks", () =>
  withFolder((folder) => {
    const { tryLockSync } = Deno.FsFile.prototype;
    Deno.FsFile.prototype.tryLockSync = () => {
      throw new Error("Function not implemented (os error 38)");
    };
    try {
      assert.throws(() => lockRun(folder), /^UserError: Cannot lock ".*": Function not implemented .*\(flock\)\.$/);
    } finally {
      Deno.FsFile.prototype.tryLockSync = tryLockSync;
    }
  }));

Deno.test("lockRun() takes over an unreadable lock file as an unknown process's", () =>
  withFolder((folder) => {
    const long = JSON.stringify({ pid: 1, host: "x".repeat(1000), started: new Date().toISOString() });
    for (const text of ["{", "null", '{"pid":"x"}', "\0\0\0", long]) {
      Deno.writeTextFileSync(lockFile(folder), text);
      using lock = lockRun(folder);
      assert.match(lock.notice!, /from an unknown process, which exited/);
    }
  }));

Deno.test("lockRun() throws a UserError if the folder can't be created", () =>
  withFolder((folder) => {
    Deno.writeTextFileSync(join(folder, "file"), "");
    assert.throws(() => lockRun(join(folder, "file", "below")), UserError);
  }));
