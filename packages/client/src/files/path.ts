/** The address of a file, of which no part leads elsewhere. */
export function filePath(bucket: string, path: string): string {
  return `api/files/${encodeURIComponent(requireName(bucket, "bucket"))}/${encodedPath(requireName(path, "path"))}`;
}

export function bucketPath(name: string): string {
  return `api/buckets/${encodeURIComponent(requireName(name, "bucket"))}`;
}

/** `request` refuses the parts that are steps, such as `..`. */
function encodedPath(path: string): string {
  const parts = path.split("/");
  if (parts.includes(""))
    throw new TypeError(`path must neither begin nor end with /, nor contain //, got ${shown(path)}`);
  return parts.map(encodeURIComponent).join("/");
}

export function requireName(text: unknown, what: string): string {
  if (typeof text === "string" && text !== "") return text;
  throw new TypeError(`${what} must be a text that is not empty, got ${shown(text)}`);
}

const shown = (value: unknown): string => String(value).slice(0, 100);
