import { BUCKET_NAME, MEDIA_RANGE, MOST_FILE_BYTES } from "@plinth/core";
import { serverSet } from "../../kernel/server-set.ts";
import * as z from "../../kernel/zod.ts";
import { imagePresetsSchema } from "./image-presets.ts";
import { MOST_VERSIONS } from "./kept/kept.ts";

const MIB = 1024 ** 2;
const DEFAULT_MAX_BYTES = 50 * MIB;
const MOST_TOTAL = Number.MAX_SAFE_INTEGER;
const YEAR_SECONDS = 31_536_000;
/** `POST /api/files/move` is no upload to a bucket. */
const RESERVED: ReadonlySet<string> = new Set(["check", "fetch", "move", "restore", "revoke", "sign"]);

const settable = {
  public: z.boolean().describe("Whether anybody may read its files without a rule"),
  max_bytes: z.int().min(1).max(MOST_FILE_BYTES).describe("Of one file"),
  content_types: z
    .array(z.string().regex(MEDIA_RANGE, "must be a media type such as image/png, or image/*"))
    .min(1)
    .max(50)
    .nullable()
    .describe("Media types that are accepted, `image/*` for all images; null: all"),
  cache_seconds: z
    .int()
    .min(0)
    .max(YEAR_SECONDS)
    .describe("For which caches may keep a file of a public bucket unasked"),
  redirect: z.boolean().describe("Whether readers are sent to a URL of the store, where it has some"),
  versions: z.boolean().describe("Whether bytes that were replaced or deleted are kept as versions"),
  max_versions: z.int().min(1).max(MOST_VERSIONS).nullable().describe("Of one file; null: all"),
  max_total_bytes: z.int().min(1).max(MOST_TOTAL).nullable().describe("Of all its files together; null: no limit"),
  max_files: z.int().min(1).max(MOST_TOTAL).nullable().describe("How many files it may have; null: no limit"),
  max_bytes_per_user: z.int().min(1).max(MOST_TOTAL).nullable().describe("Of the files of one user; null: no limit"),
  from_urls: z
    .boolean()
    .describe("Whether the server fetches files for it from other servers, for whoever may store them"),
  scan: z.boolean().describe("Whether the scanner of the workspace is asked before new files can be read"),
  image_presets: imagePresetsSchema
    .nullable()
    .describe(
      "What may be made of its pictures by anybody who reads them: the parameters of an image by the preset's name",
    ),
};

const SET_BY_SERVER = ["id", "created_at", "updated_at"] as const;

export const createBucketSchema = z.strictObject({
  ...serverSet(...SET_BY_SERVER),
  name: z
    .string()
    .refine((name) => !RESERVED.has(name), "is the name of a route")
    .regex(BUCKET_NAME, "must be 3 to 63 of a-z, 0-9 and -, and neither begin nor end with -"),
  public: settable.public.default(false),
  max_bytes: settable.max_bytes.default(DEFAULT_MAX_BYTES),
  content_types: settable.content_types.default(null),
  cache_seconds: settable.cache_seconds.default(0),
  redirect: settable.redirect.default(false),
  versions: settable.versions.default(false),
  max_versions: settable.max_versions.default(null),
  max_total_bytes: settable.max_total_bytes.default(null),
  max_files: settable.max_files.default(null),
  max_bytes_per_user: settable.max_bytes_per_user.default(null),
  from_urls: settable.from_urls.default(false),
  scan: settable.scan.default(false),
  image_presets: settable.image_presets.default(null),
});

export const updateBucketSchema = z.strictObject({
  ...serverSet(...SET_BY_SERVER),
  ...z.object(settable).partial().shape,
});
