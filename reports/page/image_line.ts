/**
 * Grey images side by side, as SVG.
 *
 * @module
 */
import { oneLine } from "./markdown.ts";

/** An image of one map. */
export interface GreyImage {
  /** In pixels. */
  readonly height: number;
  /** In pixels. */
  readonly width: number;
  /** One byte per pixel, row by row, each as two hexadecimal digits; 0 is background. */
  readonly pixels: string;
}

/** Steps of grey besides white: enough for the eye, and few enough for a small file. */
const GREYS = 6;

/**
 * A line of images: ink dark on white, one path per grey.
 *
 * @param layout In units of the picture: the first image's corner, the size of a pixel, and from one image to the next.
 */
export function imageLine(
  images: readonly GreyImage[],
  { left, top, pixel, side }: {
    readonly left: number;
    readonly top: number;
    readonly pixel: number;
    readonly side: number;
  },
): string {
  const pixels = side / pixel;
  return `<g transform="translate(${left} ${top}) scale(${pixel})" fill="none" ` +
    `shape-rendering="crispEdges">${frames(images, pixels)}${inks(images, pixels)}</g>`;
}

/** Text of an SVG. */
export function escapeXml(text: string): string {
  return oneLine(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The edges of the images, which make a shift visible. */
function frames(images: readonly GreyImage[], side: number): string {
  const edges = images.map(({ height, width }, index) => `M${index * side} 0h${width}v${height}h-${width}z`);
  return `<path stroke="#dddddd" stroke-width="0.5" d="${edges.join("")}"/>`;
}

/** The digits of a line side by side, one path of horizontal strokes per grey; white is the background. */
function inks(images: readonly GreyImage[], side: number): string {
  return Array.from({ length: GREYS }, (_, index) => index + 1).map((ink) => {
    const path = images.map((image, index) => strokes(image, { ink, left: index * side })).join("");
    const grey = Math.round(255 * (1 - ink / GREYS)).toString(16).padStart(2, "0");
    return path === "" ? "" : `<path stroke="#${grey.repeat(3)}" d="${path}"/>`;
  }).join("");
}

/** Runs of pixels with this much ink, as SVG path commands. */
function strokes(
  { pixels, height, width }: GreyImage,
  { ink, left }: { readonly ink: number; readonly left: number },
): string {
  const inkOf = (index: number) => Math.round(parseInt(pixels.slice(2 * index, 2 * index + 2), 16) / 255 * GREYS);
  const runs: string[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const start = x;
      while (x < width && inkOf(y * width + x) === ink) x++;
      if (x > start) runs.push(`M${left + start} ${y + 0.5}h${x - start}`);
    }
  }
  return runs.join("");
}
