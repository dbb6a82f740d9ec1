import { dirname } from "node:path";
import {
  checkedFileStore,
  chunksIn,
  conditionFailed,
  type FileStore,
  FileStoreError,
  noFile,
  outOfRange,
} from "@plinth/core";
import { contentOf, type EntryHead, entryHead, readEntry, SMALL_BYTES, streamOf, writeEntry } from "./disk-entry.ts";
import { isThere, makeFolder } from "./disk-folders.ts";
import { whileComing } from "./disk-gather.ts";
import { type DiskLayout, diskLayout } from "./disk-layout.ts";
import { diskLocks } from "./disk-lock.ts";
import { diskPages } from "./disk-pages.ts";
import { linkDraft, publishDraft, removeFiles, withDraft } from "./disk-publish.ts";
import { hourly, sweep } from "./disk-sweep.ts";
import { openUpload } from "./disk-upload.ts";

export interface DiskFileStoreOptions {
  /** Made with the first write. Only the store may write into it. Several processes of one machine can use it. */
  readonly folder: string;
  /** Days after which an upload that nobody has continued is removed; default 7. */
  readonly keepUploadsDays?: number | undefined;
  /** A file of the disk as a blob, for runtimes that answer with it without its bytes being in memory. Undefined: not at the moment. */
  readonly blobOf?: ((path: string) => Blob | undefined) | undefined;
  /** Whether the database has files. A folder that is not there is then a disk that is not mounted, and is not made. */
  readonly hasFiles?: (() => Promise<boolean>) | undefined;
}

const DAY_MS = 86_400_000;
/** The sizes of files are exact numbers up to here. */
const MAX_BYTES = 2 ** 53 - 1;

/**
 * Files in a folder, on Node, Bun and Deno. The file system needs links and atomic renames, as those of Linux and macOS have.
 *
 * @example
 * const files = diskFileStore({ folder: ".data/files" });
 */
export function diskFileStore({
  folder,
  keepUploadsDays = 7,
  blobOf,
  hasFiles = async () => false,
}: DiskFileStoreOptions): FileStore {
  const layout = diskLayout(folder);
  const pageOf = diskPages(layout.files);
  const locked = diskLocks(layout.lockOf);
  const sweepHourly = hourly(() => sweep(layout, keepUploadsDays * DAY_MS));
  let made: Promise<void> | undefined;

  /** Before each write. */
  async function prepare(): Promise<void> {
    made ??= openFolders();
    await made.catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    sweepHourly();
  }

  async function openFolders(): Promise<void> {
    await requireFolder(false);
    await makeFolders(layout);
  }

  /** A folder that was there and is gone says nothing about its files: it may be a disk that is not mounted. */
  async function requireFolder(wasThere = made !== undefined): Promise<void> {
    if ((await isThere(layout.files)) || !(wasThere || (await hasFiles()))) return;
    const message = `${layout.files} is not there, and files are stored. Is its disk mounted? To begin anew, make this folder.`;
    throw new FileStoreError("unavailable", message);
  }

  async function missing(key: string): Promise<FileStoreError> {
    await requireFolder();
    return noFile(key);
  }

  const headOrThrow = async (key: string): Promise<EntryHead> => {
    const head = await entryHead(layout.fileOf(key));
    if (!head) throw await missing(key);
    return head;
  };

  return checkedFileStore({
    name: "disk",
    capabilities: {
      conditionalPut: true,
      presign: false,
      serverCopy: true,
      etagIsSha256: true,
      maxObjectBytes: MAX_BYTES,
      maxUnsizedBytes: MAX_BYTES,
      blockBytes: 0,
      upload: {
        minPartBytes: 0,
        maxPartBytes: MAX_BYTES,
        wholePartBytes: 0,
        maxParts: 10_000,
        equalParts: false,
        listsParts: true,
        conditional: true,
      },
    },
    async put(key, body, { contentType = "", condition } = {}) {
      await prepare();
      const content = body instanceof Uint8Array ? body : chunksIn(body);
      const write = (arrived?: () => void) =>
        withDraft(layout, async (draft) => {
          const { etag, size } = await writeEntry(draft, content, contentType);
          await publishDraft(layout, locked, { draft, key, condition, arrived });
          return { etag, size };
        });
      return content instanceof Uint8Array && content.byteLength <= SMALL_BYTES
        ? whileComing(dirname(layout.fileOf(key)), write)
        : write();
    },
    async get(key, { range, etag } = {}) {
      const entry = await readEntry(layout.fileOf(key));
      if (!entry) throw await missing(key);
      const { size } = entry.head;
      const refused =
        etag !== undefined && etag !== entry.head.etag
          ? conditionFailed(key)
          : range && range.offset >= size && outOfRange(key, size);
      if (refused) {
        if ("handle" in entry) await entry.handle.close();
        throw refused;
      }
      const { offset, length = size } = range ?? { offset: 0 };
      const end = Math.min(size, offset + length);
      if ("bytes" in entry) {
        const bytes = entry.bytes.subarray(offset, end);
        return { key, ...entry.head, stream: streamOf(bytes), bytes };
      }
      const blob = blobOf?.(layout.fileOf(key))?.slice(offset, end);
      return { key, ...entry.head, stream: contentOf(entry, offset, end), ...(blob && { blob }) };
    },
    head: async (key) => ({ key, ...(await headOrThrow(key)) }),
    async delete(keys) {
      await prepare();
      await removeFiles(layout, locked, keys);
    },
    async list(options) {
      const page = await pageOf(options);
      // A folder that is gone has no files either.
      if (page.cursor === undefined) await requireFolder();
      return page;
    },
    async copy(from, to, { etag } = {}) {
      await prepare();
      return withDraft(layout, async (draft) => {
        if (!(await linkDraft(layout.fileOf(from), draft))) throw await missing(from);
        const head = await entryHead(draft);
        if (!head) throw noFile(from);
        if (etag !== undefined && etag !== head.etag) throw conditionFailed(from);
        await publishDraft(layout, locked, { draft, key: to, condition: undefined });
        return { etag: head.etag, size: head.size };
      });
    },
    async upload(key, options = {}) {
      await prepare();
      return openUpload(layout, locked, key, options);
    },
    // Refused before it is called.
    presign: async () => "",
  });
}

async function makeFolders(layout: DiskLayout): Promise<void> {
  for (const folder of [layout.files, layout.drafts, layout.uploads, layout.locks]) await makeFolder(folder);
}
