import type { Client } from "../client.ts";
import { jsonIn } from "../index.ts";
import {
  type ItemRequest,
  REQUEST_OPTIONS,
  type Requester,
  type RequestOptions,
  WRITE_OPTIONS,
  type WriteOptions,
} from "../items/request.ts";
import { requireKnown } from "../known-options.ts";
import { type Page, pageQuery } from "../page.ts";
import { addressOf } from "../request.ts";
import { type DirectContent, uploadDirect } from "./direct.ts";
import { downloadOf, factsOf, rangeHeader } from "./download.ts";
import { filePath, requireName } from "./path.ts";
import { countingFetch } from "./progress.ts";
import { LARGE_BYTES, putInPieces } from "./resumable.ts";
import type {
  DirectOptions,
  FetchOptions,
  FileChangeOptions,
  FileContent,
  FileDownload,
  FileEntry,
  FileFacts,
  FileItem,
  FileUrlOptions,
  FileVersion,
  FolderEntry,
  FolderOptions,
  GetOptions,
  ImageUrlOptions,
  PutOptions,
  SignedFileUrl,
  SignOptions,
  UploadOptions,
} from "./types.ts";
import { canRepeat, conditionHeaders, headersOf } from "./upload.ts";

/** The files of one bucket, as the caller may read and write them. */
export interface BucketFiles {
  /**
   * Stores a file, or replaces the one at this path.
   *
   * @example
   * const file = await storage.bucket("photos").put("2026/cat.png", input.files[0], { ifAbsent: true });
   */
  put(path: string, content: FileContent, options?: PutOptions): Promise<FileItem>;
  /**
   * The same for a `Blob` or `File` of any size: a large one is sent in pieces, and goes on where a connection was cut.
   *
   * @example
   * await storage.bucket("films").upload("trip.mp4", input.files[0], { onProgress: ({ bytes }) => show(bytes) });
   */
  upload(path: string, content: Blob, options?: UploadOptions): Promise<FileItem>;
  /**
   * Lets the server store what is at an address, where the bucket allows it (`from_urls`).
   *
   * @example
   * await storage.bucket("photos").fetch("2026/cat.png", "https://example.com/cat.png");
   */
  fetch(path: string, url: string | URL, options?: FetchOptions): Promise<FileItem>;
  /** A file that has changed, or null: the caller has its bytes already. */
  get(path: string, options: GetOptions & { readonly ifNoneMatch: string }): Promise<FileDownload | null>;
  /**
   * A file, whose bytes can be read once. Throws `NOT_FOUND` where there is none that the caller may read.
   *
   * @example
   * const text = await (await storage.bucket("notes").get("today.md")).text();
   */
  get(path: string, options?: GetOptions): Promise<FileDownload>;
  /** What `get` says of a file, without its bytes. */
  head(path: string, options?: RequestOptions): Promise<FileFacts>;
  delete(path: string, options?: FileChangeOptions): Promise<void>;
  /** Deletes all files of a folder and of those below it, and returns how many. */
  deleteFolder(path: string, options?: WriteOptions): Promise<number>;
  /** Renames a file, or moves it to another folder. Throws `CONFLICT` where there is a file already. */
  move(from: string, to: string, options?: WriteOptions): Promise<void>;
  /** Moves all files of a folder and of those below it, or none; returns how many. */
  moveFolder(from: string, to: string, options?: WriteOptions): Promise<number>;
  /** A page of the folders and the files of one folder; without a name, of the top of the bucket. */
  list(folder?: string, options?: FolderOptions): Promise<Page<FolderEntry | FileEntry>>;
  /**
   * All folders and files of one folder, read page by page while they are used.
   *
   * @example
   * for await (const { path } of storage.bucket("photos").all("2026")) console.log(path);
   */
  all(folder?: string, options?: RequestOptions): AsyncGenerator<FolderEntry | FileEntry>;
  /** All files of a folder and of those below it. */
  tree(folder?: string, options?: RequestOptions): AsyncGenerator<FileItem>;
  /** A page of the versions of a file, the newest first; of a bucket that keeps them. */
  versions(path: string, options?: FolderOptions): Promise<Page<FileVersion>>;
  /** Gives a file the bytes of one of its versions; those that it has become a version. */
  restore(path: string, version: string, options?: WriteOptions): Promise<void>;
  /** Deletes a version, and leaves the file. */
  deleteVersion(path: string, version: string, options?: WriteOptions): Promise<void>;
  /**
   * All files of a folder that the caller may read as a zip archive; without a name, of the whole bucket. Throws `NOT_FOUND` where there are none.
   *
   * @example
   * await Bun.write("photos.zip", new Response((await storage.bucket("photos").zip("2026")).body));
   */
  zip(folder?: string, options?: RequestOptions): Promise<FileDownload>;
  /** Where a page finds a file: of a public bucket, anybody does. */
  url(path: string, options?: FileUrlOptions): string;
  /**
   * A URL by which anybody reads the file as it is now, without credentials, until it expires.
   *
   * @example
   * const { url } = await storage.bucket("invoices").signedUrl("2026/001.pdf", { expiresIn: 3600 });
   */
  signedUrl(path: string, options: SignOptions): Promise<SignedFileUrl>;
  /**
   * Stores a file as `put` does, with its bytes sent by URLs: to the store itself, where it has some. `onProgress` hears of each part.
   *
   * @example
   * const film = await storage.bucket("films").uploadDirect("2026/holiday.mp4", input.files[0], { onProgress: show });
   */
  uploadDirect(path: string, content: DirectContent, options?: DirectOptions): Promise<FileItem>;
  /**
   * Where a page finds an image that is made of a picture, such as its thumbnail.
   *
   * @example
   * image.src = storage.bucket("photos").imageUrl("2026/cat.png", { preset: "thumb" });
   */
  imageUrl(path: string, options: ImageUrlOptions): string;
}

const PUT_OPTIONS: readonly (keyof PutOptions)[] = [
  ...REQUEST_OPTIONS,
  "contentType",
  "ifAbsent",
  "ifMatch",
  "metadata",
  "sha256",
  "onProgress",
  "onRequestId",
];
const UPLOAD_OPTIONS: readonly (keyof UploadOptions)[] = [
  ...PUT_OPTIONS.filter((name) => name !== "onRequestId"),
  "resumable",
];
const FETCH_OPTIONS: readonly (keyof FetchOptions)[] = [...REQUEST_OPTIONS, "ifAbsent", "ifMatch", "onRequestId"];
const GET_OPTIONS: readonly (keyof GetOptions)[] = [...REQUEST_OPTIONS, "range", "ifNoneMatch", "version"];
const CHANGE_OPTIONS: readonly (keyof FileChangeOptions)[] = [...WRITE_OPTIONS, "ifMatch"];
const FOLDER_OPTIONS: readonly (keyof FolderOptions)[] = [...REQUEST_OPTIONS, "limit", "cursor"];
const SIGN_OPTIONS: readonly (keyof SignOptions)[] = [
  ...REQUEST_OPTIONS,
  "expiresIn",
  "disposition",
  "image",
  "address",
];
const DIRECT_OPTIONS: readonly (keyof DirectOptions)[] = [
  ...(PUT_OPTIONS.filter((name) => name !== "timeoutMs") as (keyof DirectOptions)[]),
  "inParts",
];
const URL_OPTIONS: readonly (keyof FileUrlOptions)[] = ["download"];
const IMAGE_OPTIONS = ["preset", "width", "height", "fit", "position", "quality", "format", "strip"] as const;

/** Entries of one request, where all of them are asked for. */
const LARGE_PAGE = 200;

export function bucketFilesOf(
  { url, workspace }: Pick<Client, "url" | "workspace">,
  request: Requester,
  bucket: string,
): BucketFiles {
  requireName(bucket, "bucket");
  const at = (path: string) => filePath(bucket, path);
  const write = async <T>(asked: Omit<ItemRequest, "write">, options: WriteOptions): Promise<T> =>
    (await request({ ...asked, write: true }, options, jsonIn<{ data: T }>)).data;
  const remove = (path: string, query: ItemRequest["query"], { ifMatch, ...options }: FileChangeOptions) =>
    write<{ deleted: number }>(
      {
        method: "DELETE",
        path: at(path),
        ...(query && { query }),
        ...(ifMatch !== undefined && { headers: { "if-match": ifMatch } }),
      },
      options,
    );
  const move = (body: object, options: WriteOptions) =>
    write<{ moved: number }>({ method: "POST", path: "api/files/move", body: { bucket, ...body } }, options);
  const list = (folder: string, { limit, cursor, ...options }: FolderOptions) => {
    const query = { ...pageQuery({ limit, cursor }, "list"), ...(folder !== "" && { prefix: folder }) };
    const path = `api/folders/${encodeURIComponent(bucket)}`;
    return request({ method: "GET", path, query }, options, jsonIn<Page<FolderEntry | FileEntry>>);
  };
  const put = async (path: string, content: FileContent, options: PutOptions): Promise<FileItem> => {
    const { onProgress, signal, onRequestId, timeoutMs = 0 } = options;
    const retries = canRepeat(content, options) ? options.retries : 0;
    const asked: ItemRequest = {
      method: "PUT",
      path: at(path),
      raw: content as BodyInit,
      headers: headersOf(content, options),
      ...(onProgress && { wrapFetch: (fetch) => countingFetch(fetch, onProgress) }),
    };
    // A large file takes long.
    return (await request(asked, { signal, onRequestId, timeoutMs, retries }, jsonIn<{ data: FileItem }>)).data;
  };
  const address = (path: string, { download }: FileUrlOptions): URL => {
    const made = addressOf({ url, workspace }, at(path));
    if (download) made.searchParams.set("disposition", "attachment");
    return made;
  };
  return {
    async put(path, content, options = {}) {
      requireKnown(options, PUT_OPTIONS, "put");
      return put(path, content, options);
    },
    async upload(path, content, options = {}) {
      requireKnown(options, UPLOAD_OPTIONS, "upload");
      const { resumable = content.size >= LARGE_BYTES, ...others } = options;
      if (!resumable) return put(path, content, others);
      return putInPieces(request, { bucket, path: requireName(path, "path") }, content, others);
    },
    async fetch(path, url, options = {}) {
      requireKnown(options, FETCH_OPTIONS, "fetch");
      const { signal, onRequestId, timeoutMs = 0 } = options;
      const retries = canRepeat("", options) ? options.retries : 0;
      const body = { url: String(url), bucket, path: requireName(path, "path") };
      const asked: ItemRequest = { method: "POST", path: "api/files/fetch", body, headers: conditionHeaders(options) };
      return (await request(asked, { signal, onRequestId, timeoutMs, retries }, jsonIn<{ data: FileItem }>)).data;
    },
    // The overloads say when it is null.
    async get(path: string, options: GetOptions = {}): Promise<never> {
      requireKnown(options, GET_OPTIONS, "get");
      const { range, ifNoneMatch, version, ...limits } = options;
      const headers = {
        // Browsers set it themselves: a script reads the answer, so it is no redirect to the store.
        "sec-fetch-mode": "cors",
        ...(range && { range: rangeHeader(range) }),
        ...(ifNoneMatch !== undefined && { "if-none-match": ifNoneMatch }),
      };
      const query = version === undefined ? {} : { query: { version } };
      const asked = { method: "GET", path: at(path), ...query, headers, accept: "*/*", stream: true } as const;
      const answer = await request(asked, limits, async (response) => response);
      return (answer.status === 304 ? null : downloadOf(answer)) as never;
    },
    async head(path, options = {}) {
      requireKnown(options, REQUEST_OPTIONS, "head");
      const asked = { method: "HEAD", path: at(path), accept: "*/*" } as const;
      return request(asked, options, async (response) => factsOf(response));
    },
    async delete(path, options = {}) {
      requireKnown(options, CHANGE_OPTIONS, "delete");
      await remove(path, undefined, options);
    },
    async deleteFolder(path, options = {}) {
      requireKnown(options, WRITE_OPTIONS, "deleteFolder");
      return (await remove(path, { tree: "true" }, options)).deleted;
    },
    async move(from, to, options = {}) {
      requireKnown(options, WRITE_OPTIONS, "move");
      await move({ from, to }, options);
    },
    async moveFolder(from, to, options = {}) {
      requireKnown(options, WRITE_OPTIONS, "moveFolder");
      return (await move({ from, to, tree: true }, options)).moved;
    },
    async list(folder = "", options = {}) {
      requireKnown(options, FOLDER_OPTIONS, "list");
      return list(folder, options);
    },
    all(folder = "", options = {}) {
      requireKnown(options, REQUEST_OPTIONS, "all");
      return allPages((cursor) => list(folder, { ...options, limit: LARGE_PAGE, cursor }));
    },
    tree(folder = "", options = {}) {
      requireKnown(options, REQUEST_OPTIONS, "tree");
      return allPages((cursor) => {
        const body = { filter: below(bucket, folder), sort: ["path"], limit: LARGE_PAGE, cursor: cursor ?? "" };
        const asked = { method: "POST", path: "api/items/files/query", body } as const;
        return request(asked, options, jsonIn<Page<FileItem>>);
      });
    },
    async versions(path, options = {}) {
      requireKnown(options, FOLDER_OPTIONS, "versions");
      const { limit, cursor, ...limits } = options;
      const query = pageQuery({ limit, cursor }, "versions");
      const asked = { method: "GET", path: at(path).replace("api/files/", "api/file-versions/"), query } as const;
      return request(asked, limits, jsonIn<Page<FileVersion>>);
    },
    async restore(path, version, options = {}) {
      requireKnown(options, WRITE_OPTIONS, "restore");
      await write({ method: "POST", path: "api/files/restore", body: { bucket, path, version } }, options);
    },
    async deleteVersion(path, version, options = {}) {
      requireKnown(options, WRITE_OPTIONS, "deleteVersion");
      await remove(path, { version }, options);
    },
    async zip(folder = "", options = {}) {
      requireKnown(options, REQUEST_OPTIONS, "zip");
      const path = `api/folders/${encodeURIComponent(bucket)}/zip`;
      const query = folder === "" ? {} : { prefix: folder };
      const asked = { method: "GET", path, query, accept: "*/*", stream: true } as const;
      return downloadOf(await request(asked, options, async (response) => response));
    },
    url(path, options = {}) {
      requireKnown(options, URL_OPTIONS, "url");
      return address(path, options).href;
    },
    imageUrl(path, options) {
      requireKnown(options, [...URL_OPTIONS, ...IMAGE_OPTIONS], "imageUrl");
      const made = address(path, options);
      for (const name of IMAGE_OPTIONS) {
        const value = (options as Readonly<Record<string, unknown>>)[name];
        if (value !== undefined) made.searchParams.set(name, String(value));
      }
      return made.href;
    },
    async signedUrl(path, options) {
      requireKnown(options, SIGN_OPTIONS, "signedUrl");
      const { expiresIn, disposition, image, address, ...limits } = options;
      const body = { bucket, path: requireName(path, "path"), expires_in: expiresIn, disposition, image, address };
      const asked = { method: "POST", path: "api/files/sign", body } as const;
      return (await request(asked, limits, jsonIn<{ data: SignedFileUrl }>)).data;
    },
    async uploadDirect(path, content, options = {}) {
      requireKnown(options, DIRECT_OPTIONS, "uploadDirect");
      return uploadDirect(request, { bucket, path: requireName(path, "path") }, content, options);
    },
  };
}

function below(bucket: string, folder: string): object {
  if (folder === "") return { bucket };
  return { bucket, $or: [{ folder: { $literal: folder } }, { folder: { _starts_with: `${folder}/` } }] };
}

async function* allPages<T>(read: (cursor: string | undefined) => Promise<Page<T>>): AsyncGenerator<T> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await read(cursor);
    yield* page.data;
    cursor = page.has_more ? page.next_cursor : null;
  }
}
