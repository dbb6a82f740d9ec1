import * as z from "zod";
import { whole } from "./config-parsers.ts";
import type { Setting } from "./setting.ts";

const text = z.string();
const secret = (value: string): string => `(${value.length} characters)`;

/** Where files are kept, and for how long. */
export const FILE_SETTINGS = {
  FILES_DIR: {
    description:
      "Folder for files, by default `files` in `DATA_DIR`; see docs/files.md. Read by the Bun, Node and Deno servers.",
    parse: text,
  },
  S3_BUCKET: {
    description: "Keeps files in this bucket of a service with the API of S3, in place of a folder; see docs/files.md.",
    parse: text,
  },
  S3_REGION: { description: "The region of `S3_BUCKET`, such as `eu-central-1`; required for AWS.", parse: text },
  S3_ENDPOINT: {
    description: "The address of the service, such as `https://s3.example.com`. By default that of AWS for the region.",
    parse: text,
  },
  S3_ACCESS_KEY_ID: { description: "The id of the key for `S3_BUCKET`.", show: secret, parse: text },
  S3_SECRET_ACCESS_KEY: { description: "The secret of the key for `S3_BUCKET`.", show: secret, parse: text },
  S3_FORCE_PATH_STYLE: {
    description:
      "`true` names the bucket in the path of each address and not in the host name, as servers of your own mostly need.",
    parse: z.enum(["true", "false"], { error: "it must be true or false" }).transform((value) => value === "true"),
  },
  FILES_MAX_BYTES: {
    description: "Bytes of all files of one workspace together; see docs/files.md. By default there is no limit.",
    parse: whole(1, Number.MAX_SAFE_INTEGER),
  },
  FILES_MAX_COUNT: {
    description: "Files of one workspace together; see docs/files.md. By default there is no limit.",
    parse: whole(1, Number.MAX_SAFE_INTEGER),
  },
  FILES_KEEP_DELETED_HOURS: {
    description:
      "Hours for which the bytes of a file that was deleted or replaced are kept, so that it can be undone; see docs/files.md.",
    default: "24",
    parse: whole(1, 100_000),
  },
  IMAGES_MAX_PIXELS: {
    description: "Pixels of a picture of which images are made, and of what is made; see docs/images.md.",
    default: "50000000",
    parse: whole(1, 1_000_000_000),
  },
  IMAGES_MAX_BYTES: {
    description: "Bytes of a file of which images are made; see docs/images.md.",
    default: "33554432",
    parse: whole(1, 1_073_741_824),
  },
  IMAGES_AT_ONCE: {
    description: "Images that one process makes at a time; see docs/images.md.",
    default: "2",
    parse: whole(1, 64),
  },
} as const satisfies Record<string, Setting>;
