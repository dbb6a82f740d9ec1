import type { Client } from "../client.ts";
import { jsonIn } from "../index.ts";
import {
  type ItemRequest,
  REQUEST_OPTIONS,
  type Requester,
  WRITE_OPTIONS,
  type WriteOptions,
} from "../items/request.ts";
import { requireKnown } from "../known-options.ts";
import { type Page, pageQuery } from "../page.ts";
import { addressOf } from "../request.ts";
import type { BucketFiles } from "./bucket-interface.ts";
import { uploadDirect } from "./direct.ts";
import { downloadOf, factsOf, rangeHeader } from "./download.ts";
import { filePath, requireName } from "./path.ts";
import { countingFetch } from "./progress.ts";
import { LARGE_BYTES, putInPieces } from "./resumable.ts";
import type {
  DirectOptions,
  FetchOptions,
  FileChangeOptions,
  FileContent,
  FileEntry,
  FileItem,
  FileUrlOptions,
  FileVersion,
  FolderEntry,
  FolderOptions,
  GetOptions,
  PutOptions,
  SignedFileUrl,
  SignOptions,
  UploadOptions,
} from "./types.ts";
import { canRepeat, conditionHeaders, headersOf } from "./upload.ts";

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
  "resume",
  "onBegun",
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
      const { resume, resumable = resume !== undefined || content.size >= LARGE_BYTES, ...others } = options;
      if (!resumable) return put(path, content, others);
      return putInPieces(request, { bucket, path: requireName(path, "path") }, content, { ...others, resume });
    },
    async endUpload(id, options = {}) {
      requireKnown(options, REQUEST_OPTIONS, "endUpload");
      const path = `api/tus/${encodeURIComponent(requireName(id, "id"))}`;
      const asked = { method: "DELETE", path, headers: { "tus-resumable": "1.0.0" } } as const;
      await request(asked, options, async () => undefined);
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
