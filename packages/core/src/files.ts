import type { Field } from "./fields/field.ts";
import {
  enumField,
  integerField,
  jsonField,
  listField,
  referenceField,
  textField,
  timestampField,
  uuidField,
} from "./fields/index.ts";
import type { CollectionDefinition } from "./schema.ts";

/**
 * What the built-in collections of files are: `files` has an item for each file of the workspace, in all of its buckets, and `file_contents` one
 * for the bytes of each of its versions. As every file refers to its content, the database itself keeps bytes as long as a file has them.
 */

/** Whether the bytes may be read: a file in quarantine is shown to nobody but administrators. */
export const FILE_STATES = ["ready", "quarantined"] as const;
export type FileState = (typeof FILE_STATES)[number];

/** Characters of a path, and bytes of it in UTF-8. */
const MAX_PATH = 700;
const MAX_PATH_BYTES = 1024;
const MAX_SEGMENT_BYTES = 255;

/** What the first bytes of a picture say, and a small text from which a blurred preview can be drawn (https://blurha.sh). */
export const IMAGE_FIELDS: readonly Field[] = Object.freeze([
  integerField("width", { min: 1 }),
  integerField("height", { min: 1 }),
  textField("blurhash", { max_length: 100 }),
]);

/** They follow the stored file. A workspace adds further fields. */
export const FILE_FIELDS: readonly Field[] = Object.freeze([
  textField("bucket", { required: true, indexed: true }),
  textField("path", { required: true, max_length: MAX_PATH }),
  textField("folder", { required: true, max_length: MAX_PATH, default: "" }),
  textField("name", { required: true, indexed: true }),
  integerField("size", { required: true, min: 0 }),
  textField("content_type", { required: true }),
  textField("sha256", { required: true, max_length: 64 }),
  referenceField("content", { to: "file_contents", required: true, on_delete: "restrict", unique: true }),
  enumField("state", { values: [...FILE_STATES], required: true, default: "ready" }),
  jsonField("metadata"),
  ...IMAGE_FIELDS,
]);

const CONTENT_FIELDS: readonly Field[] = Object.freeze([
  // No relation: a content outlives its file for a while.
  uuidField("file", { required: true, indexed: true }),
  integerField("size", { required: true, min: 0 }),
  textField("content_type", { required: true }),
  textField("sha256", { required: true, max_length: 64 }),
  timestampField("unused_since", { indexed: true }),
  listField("files", { to: "files", via: "content" }),
]);

/** Of the fields that a file has from the start, those that callers write like their own. */
const FREE_FIELDS: ReadonlySet<string> = new Set(["metadata"]);

export function isFileField(system: "files" | "file_contents", name: string): boolean {
  const fields = system === "files" ? FILE_FIELDS : CONTENT_FIELDS;
  return fields.some((field) => field.name === name) && !FREE_FIELDS.has(name);
}

type FileDefinition = CollectionDefinition & { system: "files" | "file_contents" };

/** In the order in which their tables can be made. */
export const FILE_COLLECTIONS: readonly FileDefinition[] = Object.freeze([
  { slug: "file_contents", kind: "managed", fields: [...CONTENT_FIELDS], system: "file_contents" },
  {
    slug: "files",
    kind: "managed",
    fields: [...FILE_FIELDS],
    unique_together: [["bucket", "path"]],
    indexes: [["bucket", "folder", "name"]],
    system: "files",
  },
]);

/** The names that S3 allows, without dots: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const BUCKET_NAME = /^[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]$/;
/** RFC 6838 §4.2, and `image/*` for all of a kind. */
export const MEDIA_RANGE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/(?:\*|[a-z0-9][a-z0-9!#$&^_.+-]{0,126})$/;
/** The largest object that S3 stores: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MOST_FILE_BYTES = 5 * 1024 ** 4;

const utf8 = new TextEncoder();
const bytesOf = (text: string): number => utf8.encode(text).length;

/** Control characters, those that reverse the direction of a text, and halves of a surrogate pair. */
const HIDDEN = /[\p{Cc}\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/u;

/**
 * What is wrong with a path of a file in its bucket, such as `photos/2026/cat.png`, or with that of a folder. Undefined: nothing. A
 * path is stored in the form NFC, so that one name is one file whatever keyboard or system it comes from.
 */
export function filePathProblem(path: string): string | undefined {
  if (path === "") return "must not be empty";
  if (path.length > MAX_PATH || bytesOf(path) > MAX_PATH_BYTES)
    return `must have at most ${MAX_PATH} characters and ${MAX_PATH_BYTES} bytes in UTF-8`;
  if (HIDDEN.test(path)) return "must not contain control characters or characters that change its direction";
  if (path.includes("\\")) return "must not contain a backslash; folders are separated by /";
  for (const segment of path.split("/")) {
    if (segment === "") return "must not begin or end with /, nor contain //";
    if (segment === "." || segment === "..") return "must not contain . or .. as a name";
    if (segment !== segment.trim()) return "must not contain a name that begins or ends with a space";
    if (bytesOf(segment) > MAX_SEGMENT_BYTES)
      return `each name in it may have at most ${MAX_SEGMENT_BYTES} bytes in UTF-8`;
  }
  return undefined;
}

/** The folder of a path, without a `/` at its end, and the name in it. */
export function splitFilePath(path: string): { readonly folder: string; readonly name: string } {
  const at = path.lastIndexOf("/");
  return { folder: at < 0 ? "" : path.slice(0, at), name: path.slice(at + 1) };
}
