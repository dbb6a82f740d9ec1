import { BUCKET_NAME, FIELD_TYPE_NAMES, MEDIA_RANGE, MOST_FILE_BYTES, SYSTEM_COLLECTIONS } from "@plinth/core";
import { serverSet } from "../kernel/server-set.ts";
import * as z from "../kernel/zod.ts";

/** The schemas of collection definitions: they validate requests and generate the OpenAPI document. */

export const NAME_PATTERN = /^[a-z][a-z0-9_]*$/;
const NAME_RULE = "must start with a letter and hold only a-z, 0-9 and _";

export const slugSchema = z.string().max(40).regex(NAME_PATTERN, NAME_RULE).describe("The collection's name in URLs");
const fieldName = z.string().max(58).regex(NAME_PATTERN, NAME_RULE);

const MOST_LISTED_FILES = 10_000;

export const fieldSchema = z.strictObject({
  name: fieldName,
  type: z.enum(FIELD_TYPE_NAMES),
  required: z.boolean().optional(),
  unique: z.boolean().optional(),
  indexed: z.boolean().optional(),
  default: z
    .json()
    .optional()
    .describe('A constant, or "$now" (timestamp, date), or "$uuid" (uuid); {"$literal": "$5"} is the text $5'),
  indexed_ignore_case: z.boolean().optional().describe("An index for _ieq; texts only"),
  indexed_ignore_accents: z
    .boolean()
    .optional()
    .describe("An index for _unaccent_eq, _unaccent_starts_with, _ieq and _istarts_with; texts only"),
  min: z.union([z.number(), z.string()]).optional(),
  max: z.union([z.number(), z.string()]).optional(),
  min_length: z.int().min(0).max(10_000_000).optional(),
  max_length: z.int().min(1).max(10_000_000).optional(),
  pattern: z.string().max(500).optional(),
  values: z.array(z.string().min(1).max(255)).min(1).max(500).optional(),
  to: z.string().optional(),
  via: z.string().optional().describe("relation_many, files: the relation field that points back"),
  through: z
    .string()
    .optional()
    .describe("relation_many, files: the junction collection; created if it does not exist"),
  target: z.string().optional().describe("relation_many: the junction's relation field that points to the other side"),
  on_delete: z.enum(["restrict", "cascade", "set_null"]).optional(),
  target_access: z
    .enum(["read", "none"])
    .optional()
    .describe("relation: what a caller needs to refer to an item; read access to it by default"),
  bucket: z
    .string()
    .regex(BUCKET_NAME, "must be the name of a bucket")
    .optional()
    .describe("file, files: the bucket in which a file must be that the field is set to"),
  content_types: z
    .array(z.string().regex(MEDIA_RANGE, "must be a media type such as image/png, or image/*"))
    .min(1)
    .max(50)
    .optional()
    .describe("file, files: the media types that it may have, `image/*` for all images"),
  max_count: z.int().min(1).max(MOST_LISTED_FILES).optional().describe("files: how many files the list may have"),
  max_bytes: z.int().min(1).max(MOST_FILE_BYTES).optional().describe("file, files: how large it may be"),
  delete_with_item: z
    .boolean()
    .optional()
    .describe("file: it is deleted with the item that refers to it; files: with its place in the list"),
  precision: z.int().min(1).max(18).optional(),
  scale: z.int().min(0).max(18).optional(),
  note: z.string().max(2000).optional(),
});

const shared = {
  unique_together: z.array(z.array(z.string()).min(2).max(10)).max(20).optional(),
  indexes: z.array(z.array(z.string()).min(2).max(10)).max(20).optional().describe("Fields indexed together, in order"),
  indexed_paths: z.array(z.string().min(1).max(300)).max(20).optional(),
  default_sort: z.string().min(1).max(200).optional(),
  note: z.string().max(2000).optional(),
};

const SERVER_SET = ["id", "version", "created_at", "system_fields"] as const;

export const createCollectionSchema = z.strictObject({
  ...serverSet(...SERVER_SET),
  slug: slugSchema,
  system: z
    .enum(SYSTEM_COLLECTIONS)
    .optional()
    .describe(
      "Makes the built-in collection of this name, together with those that it needs, and without rules. `fields` are then what the workspace adds; built-in ones may be among them, as they are",
    ),
  kind: z.enum(["managed", "document"]).default("managed"),
  fields: z.array(fieldSchema).max(1600).default([]),
  ...shared,
  owner_scoped: z
    .boolean()
    .optional()
    .describe(
      "Creates rules: signed-in users may create items, and read, change and delete their own. Adds to `indexes` the owner with each indexed field",
    ),
});

export const updateCollectionSchema = z.strictObject({
  fields: z.array(fieldSchema).max(1600).optional(),
  ...shared,
});

/** Of a request. */
export type MakeCollection = z.infer<typeof createCollectionSchema>;
export type CreateCollection = Omit<MakeCollection, "system">;
export type UpdateCollection = z.infer<typeof updateCollectionSchema>;
