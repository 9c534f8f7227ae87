/**
 * Types of columns that several tables share.
 *
 * @module
 */
import { z } from "zod";
import { GRAPHICS_APIS, type GraphicsApi } from "../../base/graphics_api.ts";

/** A short name; never empty. */
export const id: z.ZodString = z.string().min(1).max(200);
/** Free text; may be empty. */
export const text: z.ZodString = z.string().max(10_000);
export const count: z.ZodInt = z.int().nonnegative();
export const seconds: z.ZodNumber = z.number().nonnegative();
export const percent: z.ZodNumber = z.number().min(0).max(100);
/** Numbers that agree except for their last bits, in which the order of divisions shows. */
export function agree(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

/** Whether `percent` is the share of a whole number of `count` images. */
export function isShare(percent: number, count: number): boolean {
  const images = percent * count / 100;
  return agree(images, Math.round(images));
}

export const sha256: z.ZodString = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits");
/** The graphics API through which an adapter answered; empty if it is not known, and in older rows. */
export const api: z.ZodType<GraphicsApi> = z.enum(GRAPHICS_APIS);
