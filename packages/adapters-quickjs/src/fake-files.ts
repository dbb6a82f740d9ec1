import { PlinthError, type SandboxCall, type SandboxValue } from "@plinth/core";

/** Files by `bucket/path`: what a function reads, and what it has stored. */
export type FakeFiles = Map<string, string | Uint8Array>;

interface PutOptions {
  readonly if_absent?: boolean;
}

/** `context.files` over a map, as far as tests go: no rules, no folders, and signed URLs that lead nowhere. */
export function fakeFiles(files: FakeFiles): Record<string, SandboxCall> {
  const uploads = new Map<SandboxValue, { readonly at: string; readonly chunks: Uint8Array[] }>();
  const reading = new Map<SandboxValue, Uint8Array | null>();
  let last = 0;
  const bytesAt = (at: string): Uint8Array => {
    const found = files.get(at);
    if (found === undefined) throw new PlinthError("NOT_FOUND", `There is no file ${at}.`);
    return typeof found === "string" ? new TextEncoder().encode(found) : found;
  };
  const itemAt = (at: string) => {
    const bucket = at.slice(0, at.indexOf("/"));
    const path = at.slice(bucket.length + 1);
    const name = path.slice(path.lastIndexOf("/") + 1);
    return { id: at, bucket, path, name, size: bytesAt(at).byteLength, content_type: TYPE, content: at };
  };
  const stored = (at: string, bytes: Uint8Array) => {
    files.set(at, bytes);
    return itemAt(at);
  };
  const requireAbsent = (at: string, options: SandboxValue): void => {
    if ((options as PutOptions | undefined)?.if_absent && files.has(at)) throw new PlinthError("PRECONDITION_FAILED");
  };
  const calls: Record<string, (values: readonly SandboxValue[]) => SandboxValue> = {
    "files.info": (values) => itemAt(placeIn(values)),
    "files.list": ([bucket]) => {
      const found = [...files.keys()].filter((at) => at.startsWith(`${String(bucket)}/`)).sort();
      return { data: found.map((at) => ({ kind: "file", ...itemAt(at) })), next_cursor: null };
    },
    "files.read": ([bucket, path, range]) => {
      const at = placeIn([bucket, path]);
      const { start = 0, end } = (range ?? {}) as { start?: number; end?: number };
      const bytes = bytesAt(at).subarray(start, end);
      reading.set(++last, bytes);
      return { ...itemAt(at), updated_at: new Date(0).toISOString(), stream: last };
    },
    "$files.read": ([id]) => {
      const bytes = reading.get(id) ?? null;
      reading.set(id, null);
      return bytes;
    },
    "$files.cancel": ([id]) => void reading.delete(id),
    "files.put": ([bucket, path, bytes, options]) => {
      const at = placeIn([bucket, path]);
      requireAbsent(at, options);
      return stored(at, bytes as Uint8Array);
    },
    "$files.begin": ([bucket, path, options]) => {
      const at = placeIn([bucket, path]);
      requireAbsent(at, options);
      uploads.set(++last, { at, chunks: [] });
      return last;
    },
    "$files.write": ([id, bytes]) => void uploads.get(id)!.chunks.push(bytes as Uint8Array),
    "$files.end": ([id]) => {
      const { at, chunks } = uploads.get(id)!;
      uploads.delete(id);
      return stored(at, joined(chunks));
    },
    "$files.abort": ([id]) => void uploads.delete(id),
    "files.delete": (values) => {
      const { id } = itemAt(placeIn(values));
      files.delete(id);
      return { deleted: 1 };
    },
    "files.sign": (values) => ({
      url: `http://localhost/api/files/${itemAt(placeIn(values)).id}`,
      expires_at: new Date(0).toISOString(),
    }),
  };
  return Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, async (values) => call(values)]));
}

const TYPE = "application/octet-stream";

const placeIn = ([bucket, path]: readonly SandboxValue[]): string => `${String(bucket)}/${String(path)}`;

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}
