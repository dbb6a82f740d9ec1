import { excerpt, fromBase64, invalid, type JsonObject } from "@plinth/core";
import type { UploadInput } from "@plinth/engine";

const HEADER = "upload-metadata";
const MAX_ENTRIES = 50;
const utf8 = new TextDecoder("utf-8", { fatal: true });
/** Other names that clients have for the same. */
const TYPES = ["filetype", "contentType", "type"] as const;
const NAMES = ["path", "filename", "name"] as const;
const KNOWN: ReadonlySet<string> = new Set(["bucket", "folder", "sha256", ...TYPES, ...NAMES]);

/**
 * Where the file goes, by `Upload-Metadata`: `bucket`, and `path`, or `filename` with or without `folder`. `filetype` is a hint of its type, `sha256` the
 * hash that it must have, in hexadecimal. All other entries become texts of the file's `metadata`.
 */
export function targetIn(
  header: string | null,
): Pick<UploadInput, "bucket" | "path" | "contentType" | "sha256" | "metadata"> {
  const entries = entriesIn(header ?? "");
  const first = (names: readonly string[]) => names.map((name) => entries.get(name)).find((value) => value);
  const bucket = entries.get("bucket");
  if (!bucket) throw invalid(HEADER, "must have bucket: the name of a bucket, in base64");
  const name = first(NAMES);
  if (!name) throw invalid(HEADER, "must have path, or filename and folder: where the file is to be, in base64");
  const folder = entries.get("path") ? "" : (entries.get("folder") ?? "");
  const sha256 = entries.get("sha256");
  if (sha256 && !/^[0-9a-f]{64}$/i.test(sha256)) throw invalid(HEADER, "sha256 must be 64 hexadecimal digits");
  const others = [...entries].filter(([key]) => !KNOWN.has(key));
  return {
    bucket,
    path: folder === "" ? name : `${folder}/${name}`,
    contentType: first(TYPES),
    sha256: sha256?.toLowerCase(),
    metadata: others.length === 0 ? undefined : (Object.fromEntries(others) as JsonObject),
  };
}

/** `key base64, key base64`; a key may have no value. */
function entriesIn(header: string): Map<string, string> {
  const entries = new Map<string, string>();
  for (const entry of header.split(",")) {
    const [key = "", value = "", ...more] = entry.trim().split(" ");
    if (key === "" && header.trim() === "") break;
    if (key === "" || more.length > 0) throw invalid(HEADER, "must be keys with values in base64, between commas");
    if (entries.has(key)) throw invalid(HEADER, `has the key ${excerpt(key)} twice`);
    entries.set(key, textIn(key, value));
    if (entries.size > MAX_ENTRIES) throw invalid(HEADER, `may have at most ${MAX_ENTRIES} keys`, "LIMIT_EXCEEDED");
  }
  return entries;
}

function textIn(key: string, value: string): string {
  try {
    return utf8.decode(fromBase64(value));
  } catch {
    throw invalid(HEADER, `the value of ${excerpt(key)} must be UTF-8 in base64`);
  }
}
