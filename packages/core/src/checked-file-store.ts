import { measured, tooLarge } from "./byte-streams.ts";
import { unsupported } from "./errors.ts";
import { excerpt } from "./excerpt.ts";
import { FileStoreError } from "./file-store-error.ts";
import type {
  ByteRange,
  FileBody,
  FileCondition,
  FileStore,
  FileUpload,
  FileUploadOptions,
  GetFileOptions,
  ListFilesOptions,
  PartReference,
  PresignRequest,
  PutFileOptions,
} from "./ports/file-store.ts";

const MAX_KEY = 900;
const MAX_PAGE = 1000;
const MAX_CONTENT_TYPE = 255;
const MAX_EXPIRY_SECONDS = 7 * 24 * 60 * 60;
const PART = /^(?!\.)[\w.-]{1,120}(?<!\.)$/;
const PREFIX = /^[\w./-]*$/;
const PRINTABLE = /^[\x20-\x7e]+$/;
const HEADER_NAME = /^[a-z][a-z0-9-]{0,63}$/i;
/** What an adapter may find in an address or a path. */
const UPLOAD_ID = /^[\x21-\x7e]{1,1024}$/;
const DEFAULT_TYPE = "application/octet-stream";

/** An adapter's store behind the checks that all stores have in common: it receives valid input and bodies of the right size. */
export function checkedFileStore(store: FileStore): FileStore {
  const { name, capabilities } = store;
  const most = capabilities.maxObjectBytes;
  return {
    name,
    capabilities,
    async put(key, body, options = {}) {
      requireKey(key);
      requireCondition(options.condition);
      if (options.condition && !capabilities.conditionalPut) throw unsupported(name, "conditionalPut");
      const size = sizeOfBody(body, options.size);
      if (size !== undefined && size > most) throw await refuse(body, tooLarge(most));
      const contentType = requireContentType(options.contentType);
      const limit = size === undefined ? Math.min(most, capabilities.maxUnsizedBytes) : most;
      const checked: PutFileOptions = { contentType, size, condition: options.condition };
      return sending(bodyOf(body, size, limit), (whole) => store.put(key, whole, checked));
    },
    async get(key, options = {}) {
      requireKey(key);
      requireRange(options);
      return store.get(key, options);
    },
    async head(key) {
      requireKey(key);
      return store.head(key);
    },
    async delete(keys) {
      keys.forEach(requireKey);
      if (keys.length > 0) await store.delete(keys);
    },
    async list(options = {}) {
      requirePage(options);
      return store.list(options);
    },
    async copy(from, to, options = {}) {
      requireKey(from);
      requireKey(to);
      if (options.etag !== undefined) requireEtag(options.etag);
      return store.copy(from, to, options);
    },
    async upload(key, options = {}) {
      requireKey(key);
      return checkedUpload(store, await store.upload(key, requireUpload(options)));
    },
    async presign(key, request) {
      requireKey(key);
      requirePresign(request, capabilities.upload.maxParts);
      if (!capabilities.presign) throw unsupported(name, "presign", "requests by URL");
      return store.presign(key, request);
    },
  };
}

function checkedUpload({ name, capabilities: { upload: limits } }: FileStore, upload: FileUpload): FileUpload {
  return {
    id: upload.id,
    async part(number, body, given) {
      requirePartNumber(number, limits.maxParts);
      const size = sizeOfBody(body, given);
      if (size === undefined) throw await refuse(body, invalidInput("size", "a part needs the length of its stream"));
      if (size > limits.maxPartBytes) throw await refuse(body, tooLarge(limits.maxPartBytes));
      return sending(bodyOf(body, size, limits.maxPartBytes), (whole) => upload.part(number, whole, size));
    },
    async parts() {
      if (!limits.listsParts) throw unsupported(name, "upload.listsParts", "a list of the parts of an upload");
      return upload.parts();
    },
    async complete(parts, condition) {
      requireCondition(condition);
      if (condition && !limits.conditional) throw unsupported(name, "upload.conditional", "parts with a condition");
      return upload.complete(inOrder(parts, limits.maxParts), condition);
    },
    abort: () => upload.abort(),
  };
}

/** Throws for what no store takes as a key: see `FileStore`. */
function requireKey(key: string): void {
  if (isFileKey(key)) return;
  throw invalidInput(
    "key",
    `${JSON.stringify(excerpt(key))} is no key: parts of 1 to 120 letters, digits and ._- between slashes, without a dot at either end, ${MAX_KEY} characters at most`,
  );
}

/** Whether stores take it as a key. */
export function isFileKey(key: string): boolean {
  return key.length <= MAX_KEY && key.split("/").every((part) => PART.test(part));
}

function requireContentType(type: string = DEFAULT_TYPE): string {
  if (type.length <= MAX_CONTENT_TYPE && PRINTABLE.test(type)) return type;
  throw invalidInput("contentType", `it must be 1 to ${MAX_CONTENT_TYPE} characters of printable ASCII`);
}

function requireCondition(condition: FileCondition | undefined): void {
  if (condition && "etag" in condition) requireEtag(condition.etag);
}

function requireEtag(etag: string): void {
  if (!/^[\x21\x23-\x7e]{1,255}$/.test(etag)) throw invalidInput("etag", "no store answers such an etag");
}

function requireRange({ range, etag }: GetFileOptions): void {
  if (etag !== undefined) requireEtag(etag);
  if (!range) return;
  const { offset, length = 1 }: ByteRange = range;
  if (Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(length) && length >= 1) return;
  throw invalidInput("range", "offset must be a whole number from 0 on, length one from 1 on");
}

function requirePage({ prefix = "", limit = MAX_PAGE }: ListFilesOptions): void {
  if (prefix.length > MAX_KEY || !PREFIX.test(prefix)) throw invalidInput("prefix", "no key begins with this");
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE)
    throw invalidInput("limit", `it must be 1 to ${MAX_PAGE}`);
}

function requireUpload(options: FileUploadOptions): FileUploadOptions {
  if (!("id" in options)) return { contentType: requireContentType(options.contentType) };
  requireUploadId(options.id);
  return options;
}

function requireUploadId(id: string): void {
  if (!UPLOAD_ID.test(id)) throw invalidInput("id", "no store answers such an id of an upload");
}

function requirePartNumber(number: number, most: number): void {
  if (!Number.isInteger(number) || number < 1 || number > most)
    throw invalidInput("number", `parts have the numbers 1 to ${most}`);
}

function inOrder(parts: readonly PartReference[], most: number): PartReference[] {
  if (parts.length === 0) throw invalidInput("parts", "a file has at least one part");
  const sorted = parts.toSorted((a, b) => a.number - b.number);
  sorted.forEach(({ number, etag }, i) => {
    requirePartNumber(number, most);
    requireEtag(etag);
    if (sorted[i - 1]?.number === number) throw invalidInput("parts", `part ${number} occurs twice`);
  });
  return sorted;
}

function requirePresign(request: PresignRequest, maxParts: number): void {
  const { method, expiresInSeconds, headers = {}, part, answer } = request;
  if (!Number.isInteger(expiresInSeconds) || expiresInSeconds < 1 || expiresInSeconds > MAX_EXPIRY_SECONDS)
    throw invalidInput("expiresInSeconds", `it must be 1 to ${MAX_EXPIRY_SECONDS}`);
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER_NAME.test(name) || !PRINTABLE.test(value))
      throw invalidInput("headers", `${excerpt(name)} is no header of a request, or its value is not printable ASCII`);
  }
  if (part) {
    if (method !== "PUT") throw invalidInput("part", "only a PUT sends a part");
    requireUploadId(part.uploadId);
    requirePartNumber(part.number, maxParts);
  }
  if (answer && method !== "GET") throw invalidInput("answer", "only the answer to a GET has headers of the file");
}

function sizeOfBody(body: FileBody, given: number | undefined): number | undefined {
  if (given !== undefined && !(Number.isSafeInteger(given) && given >= 0))
    throw invalidInput("size", "it must be a whole number from 0 on");
  if (!(body instanceof Uint8Array)) return given;
  return body.byteLength;
}

function bodyOf(body: FileBody, size: number | undefined, most: number): FileBody {
  return body instanceof Uint8Array ? body : measured(body, { size, most });
}

/** A failure before the body was read ends it too: nobody reads it any more. */
async function sending<T>(body: FileBody, work: (body: FileBody) => Promise<T>): Promise<T> {
  try {
    return await work(body);
  } catch (error) {
    throw await refuse(body, error);
  }
}

async function refuse<E>(body: FileBody, error: E): Promise<E> {
  if (!(body instanceof Uint8Array)) await body.cancel(error).catch(() => undefined);
  return error;
}

function invalidInput(name: string, message: string): FileStoreError {
  return new FileStoreError("invalid", `${name}: ${message}`);
}
