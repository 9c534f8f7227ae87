/**
 * A second software adapter for tests, if one is installed: what is true on two drivers is no accident of one.
 * Not part of the library.
 *
 * @module
 */
import { isThere } from "../base/files.ts";

/** The driver of SwiftShader, from Debian's package chromium; not part of the set-up. */
const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";

/** The environment of a process on the second adapter; undefined, with a notice, when there is none. */
export const SECOND_ADAPTER: Record<string, string> | undefined = await isThere(SWIFTSHADER)
  ? { VK_DRIVER_FILES: SWIFTSHADER, VK_ICD_FILENAMES: SWIFTSHADER }
  : undefined;

if (!SECOND_ADAPTER) console.log("No second adapter here (SwiftShader, Debian's chromium): its tests are skipped");
