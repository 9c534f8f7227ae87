/**
 * What tests everywhere share. Not part of the library.
 *
 * @module
 */

/** Gives `test` a temporary folder, removed afterwards. */
export async function withFolder(test: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
