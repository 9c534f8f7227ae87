/**
 * Where a path leads, whatever links are in it.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "node:path";

/** Longer chains of links are circles. */
const MOST_LINKS = 40;

/**
 * The absolute path of what `path` names, without links; also of what does not exist yet, by a link to it too. Links
 * that this program may not look at stay.
 */
export function realPath(path: string): string {
  return followed(resolve(path), MOST_LINKS);
}

function followed(path: string, linksLeft: number): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    // It may be missing, or forbidden to look at.
  }
  const folder = dirname(path);
  if (folder === path) return path;
  const target = linkTarget(path);
  if (target === undefined || linksLeft === 0) return join(followed(folder, linksLeft), basename(path));
  return followed(resolve(followed(folder, linksLeft), target), linksLeft - 1);
}

function linkTarget(path: string): string | undefined {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return undefined;
  }
}
