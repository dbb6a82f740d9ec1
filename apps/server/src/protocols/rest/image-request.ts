import { type ImageEdit, type ImageInput, imageEditSchema } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { wholeNumber } from "../../http/paging.ts";

/** The parameters of the route of a file that ask for an image made of it. */

const { width, height, fit, position, quality, format } = imageEditSchema.shape;
const described = (schema: z.ZodType): string => schema.description ?? "";

export const imageParameters = {
  preset: z
    .string()
    .max(40)
    .optional()
    .describe(
      "The name of one of the bucket's `image_presets`. The other parameters of an image need a secret key or an administrator",
    ),
  width: wholeNumber.pipe(width.unwrap()).optional().describe(described(width)),
  height: wholeNumber.pipe(height.unwrap()).optional().describe(described(height)),
  fit,
  position,
  quality: wholeNumber.pipe(quality.unwrap()).optional().describe(described(quality)),
  format,
  strip: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional()
    .describe(described(imageEditSchema.shape.strip)),
};

type ImageQuery = ImageEdit & { readonly preset?: string | undefined };

const EDITS = Object.keys(imageEditSchema.shape) as (keyof ImageEdit)[];

/** What the parameters of the route say of an image. Undefined: the file as it is. */
export function imageInputIn(query: ImageQuery, accept: string | undefined): ImageInput | undefined {
  const { preset } = query;
  const edit: ImageEdit = Object.fromEntries(
    EDITS.filter((name) => query[name] !== undefined).map((name) => [name, query[name]]),
  );
  return preset === undefined && Object.keys(edit).length === 0 ? undefined : { preset, edit, accept };
}
