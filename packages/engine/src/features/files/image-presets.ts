import { focalPointOf, IMAGE_FITS, IMAGE_FORMATS, IMAGE_POSITIONS } from "@plinth/core";
import * as z from "../../kernel/zod.ts";

/** What may be asked of a picture. The bounds keep one request from costing what a thousand others do. */

/** Pixels of a side. */
const MAX_SIDE = 10_000;
const MAX_PRESETS = 20;
const PRESET_NAME = /^[a-z0-9][a-z0-9_-]{0,39}$/;

const side = z.int().min(1).max(MAX_SIDE);
const POSITION = `must be one of ${IMAGE_POSITIONS.join(", ")}, or two numbers from 0 to 1 such as 0.3,0.7`;

export const imageEditSchema = z.strictObject({
  width: side.optional().describe("Pixels. A side that is left out follows from the other"),
  height: side.optional().describe("Pixels"),
  fit: z
    .enum(IMAGE_FITS)
    .optional()
    .describe(
      "How the picture fills width and height: `cover`, the default, cuts it; `contain` adds margins; `inside` and `outside` keep all of it; `fill` distorts it",
    ),
  position: z
    .string()
    .refine((text) => focalPointOf(text) !== undefined, POSITION)
    .optional()
    .describe(
      "What stays in sight where it is cut: `top`, `bottom-left` …, or a point such as `0.3,0.7`. Default `center`",
    ),
  quality: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe("From 1 to 100; PNG has none. Default 50 for AVIF, 80 for others"),
  format: z
    .enum(["auto", ...IMAGE_FORMATS])
    .optional()
    .describe(
      "`auto`, the default: the best that the header Accept names, otherwise JPEG for a JPEG and PNG for others",
    ),
  strip: z
    .boolean()
    .optional()
    .describe("`false` keeps where and when it was taken, its camera and its profile of colours. Default `true`"),
});
export type ImageEdit = z.output<typeof imageEditSchema>;

export const imagePresetsSchema = z
  .record(
    z.string().regex(PRESET_NAME, "must be 1 to 40 of a-z, 0-9, _ and -, and begin with a letter or digit"),
    imageEditSchema,
  )
  .refine((presets) => Object.keys(presets).length <= MAX_PRESETS, `must have at most ${MAX_PRESETS} presets`);
export type ImagePresets = z.output<typeof imagePresetsSchema>;
