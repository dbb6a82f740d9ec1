import {
  checkedFileStore,
  chunksIn,
  conditionFailed,
  type FileCondition,
  type FileStore,
  type FileUpload,
  inBlocks,
  invalidPart,
  type ListedFile,
  noFile,
  noUpload,
  outOfRange,
  type StoredFile,
  sha256Hex,
  type UploadedPart,
} from "@plinth/core";

export interface MemoryFileStoreOptions {
  /** Of one file; default 256 MiB. */
  maxObjectBytes?: number;
}

interface Entry extends StoredFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

interface Begun {
  readonly key: string;
  readonly contentType: string;
  readonly parts: Map<number, UploadedPart & { readonly bytes: Uint8Array<ArrayBuffer> }>;
}

/**
 * Files in the memory of the process: for tests and programs that keep nothing.
 *
 * @example
 * const files = memoryFileStore();
 * await files.put("a/b", new TextEncoder().encode("hello"), { contentType: "text/plain" });
 */
export function memoryFileStore({ maxObjectBytes = 256 * 1024 * 1024 }: MemoryFileStoreOptions = {}): FileStore {
  const entries = new Map<string, Entry>();
  const uploads = new Map<string, Begun>();

  const entryOf = (key: string): Entry => {
    const entry = entries.get(key);
    if (!entry) throw noFile(key);
    return entry;
  };

  /** Nothing else runs between the check and the write. */
  function write(entry: Entry, condition?: FileCondition): { etag: string; size: number } {
    if (!holds(entries.get(entry.key), condition)) throw conditionFailed(entry.key);
    entries.set(entry.key, entry);
    return { etag: entry.etag, size: entry.size };
  }

  return checkedFileStore({
    name: "memory",
    capabilities: {
      conditionalPut: true,
      presign: false,
      serverCopy: true,
      etagIsSha256: true,
      maxObjectBytes,
      maxUnsizedBytes: maxObjectBytes,
      blockBytes: 0,
      upload: {
        minPartBytes: 0,
        maxPartBytes: maxObjectBytes,
        wholePartBytes: 0,
        maxParts: 10_000,
        equalParts: false,
        listsParts: true,
        conditional: true,
      },
    },
    async put(key, body, { contentType = "", condition } = {}) {
      return write(await entryFrom(key, contentType, chunksIn(body)), condition);
    },
    async get(key, { range, etag } = {}) {
      const { bytes, ...file } = entryOf(key);
      if (etag !== undefined && etag !== file.etag) throw conditionFailed(key);
      if (range && range.offset >= file.size) throw outOfRange(key, file.size);
      const { offset, length } = range ?? { offset: 0 };
      return { ...file, stream: new Blob([bytes.subarray(offset, length && offset + length)]).stream() };
    },
    async head(key) {
      const { bytes: _, ...file } = entryOf(key);
      return file;
    },
    async delete(keys) {
      for (const key of keys) entries.delete(key);
    },
    async list({ prefix = "", cursor = "", limit = 1000, folders = false } = {}) {
      const found = new Map<string, ListedFile | undefined>();
      for (const key of [...entries.keys()].filter((one) => one.startsWith(prefix)).sort()) {
        const slash = folders ? key.indexOf("/", prefix.length) : -1;
        const { size, etag, modifiedAt } = entryOf(key);
        if (slash < 0) found.set(key, { key, size, etag, modifiedAt });
        else found.set(key.slice(0, slash + 1), undefined);
      }
      const rest = [...found].filter(([name]) => name > cursor);
      const page = rest.slice(0, limit);
      return {
        files: page.flatMap(([, file]) => (file ? [file] : [])),
        folders: page.flatMap(([name, file]) => (file ? [] : [name])),
        cursor: rest.length > limit ? page.at(-1)![0] : undefined,
      };
    },
    async copy(from, to, { etag } = {}) {
      const entry = entryOf(from);
      if (etag !== undefined && etag !== entry.etag) throw conditionFailed(from);
      return write({ ...entry, key: to, modifiedAt: Date.now() });
    },
    async upload(key, options = {}) {
      const id = "id" in options ? options.id : crypto.randomUUID();
      if (!("id" in options)) uploads.set(id, { key, contentType: options.contentType ?? "", parts: new Map() });
      begun(id);
      return uploadOf(id);

      function begun(one: string): Begun {
        const upload = uploads.get(one);
        if (upload?.key !== key) throw noUpload(one);
        return upload;
      }

      function uploadOf(one: string): FileUpload {
        return {
          id: one,
          async part(number, body) {
            const { bytes, etag, size } = await entryFrom(key, "", chunksIn(body));
            begun(one).parts.set(number, { number, etag, size, bytes });
            return { number, etag, size };
          },
          parts: async () =>
            [...begun(one).parts.values()]
              .sort((a, b) => a.number - b.number)
              .map(({ number, etag, size }) => ({ number, etag, size })),
          async complete(parts, condition) {
            const { contentType, parts: sent } = begun(one);
            const chosen = parts.map(({ number, etag }) => {
              const part = sent.get(number);
              if (part?.etag !== etag) throw invalidPart(number, "is not there, or is another one");
              return part.bytes;
            });
            const written = write(await entryFrom(key, contentType, chosen), condition);
            uploads.delete(one);
            return written;
          },
          async abort() {
            uploads.delete(one);
          },
        };
      }
    },
    // Refused before it is called.
    presign: async () => "",
  });
}

function holds(entry: Entry | undefined, condition: FileCondition | undefined): boolean {
  if (!condition) return true;
  return "absent" in condition ? entry === undefined : entry?.etag === condition.etag;
}

async function entryFrom(
  key: string,
  contentType: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Entry> {
  const { value } = await inBlocks(toAsync(chunks), Number.MAX_SAFE_INTEGER).next();
  // A copy: the block may be larger, and a caller may write into its bytes again.
  const bytes = value?.block.slice() ?? new Uint8Array(0);
  return { key, bytes, size: bytes.byteLength, etag: await sha256Hex(bytes), contentType, modifiedAt: Date.now() };
}

async function* toAsync(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
