import type { FileStoreCapabilities } from "./file-store-capabilities.ts";

/**
 * The port to one place for files: a folder, a bucket.
 *
 * - A key is ASCII: parts joined by `/`, each 1 to 120 of `A–Z a–z 0–9 . _ -` that neither begins nor ends with a dot, 900
 *   characters at most. It means nothing to the store. Everything else is refused with `invalid`.
 * - A file is visible whole or not at all, and durable once a write is answered. Who reads while it is replaced gets the old
 *   file or the new one.
 * - An `etag` is opaque, without quotes, and differs where the bytes differ.
 * - Sizes, offsets and limits are bytes. Times are milliseconds since the Unix epoch.
 * - Every method throws only `FileStoreError`, or the error with which the stream of a body ended.
 *
 * The conditions are those of S3, which most stores have: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export interface FileStore {
  /** The adapter's name, for messages: `disk`, `s3`, `r2` … */
  readonly name: string;
  readonly capabilities: FileStoreCapabilities;
  /**
   * Writes a file, or replaces it. A stream that ends early, late or with an error leaves what was there before.
   * `precondition_failed`: the condition did not hold. `wrong_size`: the body has another length than `size`.
   */
  put(key: string, body: FileBody, options?: PutFileOptions): Promise<WrittenFile>;
  /** The bytes of a file, or a range of them. The caller reads the stream to its end or cancels it. Throws `not_found`. */
  get(key: string, options?: GetFileOptions): Promise<FileContent>;
  /** Throws `not_found`. */
  head(key: string): Promise<StoredFile>;
  /** Any number of files; one that is not there is no error. */
  delete(keys: readonly string[]): Promise<void>;
  /** Files whose key begins with `prefix`, in the order of their keys' bytes. */
  list(options?: ListFilesOptions): Promise<FilePage>;
  /** Replaces `to` by what `from` is, with its content type. Throws `not_found`. */
  copy(from: string, to: string, options?: CopyFileOptions): Promise<WrittenFile>;
  /** Begins a file that arrives in parts, or, by its id, continues one. That or its use throws `not_found` if it has ended. */
  upload(key: string, options?: FileUploadOptions): Promise<FileUpload>;
  /** A URL by which anybody can make this one request until it expires, without other credentials. */
  presign(key: string, request: PresignRequest): Promise<string>;
}

/** The chunks of a stream belong to the store, which may give their memory back. */
export type FileBody = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/** The key has no file, or it has the file with this etag. */
export type FileCondition = { readonly absent: true } | { readonly etag: string };

export interface PutFileOptions {
  /** Default `application/octet-stream`. */
  readonly contentType?: string | undefined;
  /** The length of a stream, where it is known. Some stores need it for large files. */
  readonly size?: number | undefined;
  readonly condition?: FileCondition | undefined;
}

export interface WrittenFile {
  readonly etag: string;
  readonly size: number;
}

export interface ListedFile extends WrittenFile {
  readonly key: string;
  readonly modifiedAt: number;
}

export interface StoredFile extends ListedFile {
  readonly contentType: string;
}

/** From `offset` on, at most `length` bytes; absent: to the end. An offset at or beyond the end throws `out_of_range`. */
export interface ByteRange {
  readonly offset: number;
  readonly length?: number | undefined;
}

export interface GetFileOptions {
  readonly range?: ByteRange | undefined;
  /** Another file throws `precondition_failed`. */
  readonly etag?: string | undefined;
}

/** `size` is that of the whole file. */
export interface FileContent extends StoredFile {
  readonly stream: ReadableStream<Uint8Array>;
  /** The same bytes, where the runtime sends them from the disk by itself. Whoever takes it cancels the stream. */
  readonly blob?: Blob | undefined;
  /** The same bytes, where they are few and the store has read them. Whoever takes them leaves the stream. */
  readonly bytes?: Uint8Array<ArrayBuffer> | undefined;
}

export interface ListFilesOptions {
  readonly prefix?: string | undefined;
  /** Of the page before. */
  readonly cursor?: string | undefined;
  /** Of files and folders together, 1 to 1,000; default 1,000. A page may have fewer. */
  readonly limit?: number | undefined;
  /** Files with a further `/` after the prefix are one entry of `folders` for each text up to it. */
  readonly folders?: boolean | undefined;
}

export interface FilePage {
  readonly files: readonly ListedFile[];
  /** With the `/` at their end; empty unless asked for. */
  readonly folders: readonly string[];
  /** Undefined: this is the last page. */
  readonly cursor: string | undefined;
}

export interface CopyFileOptions {
  /** Another file at `from` throws `precondition_failed`. */
  readonly etag?: string | undefined;
}

export type FileUploadOptions = { readonly contentType?: string | undefined } | { readonly id: string };

/** Parts have numbers from 1 on and come in any order, several at once too. None is visible before `complete`. */
export interface FileUpload {
  readonly id: string;
  /** A part that is sent again replaces the one before. A stream needs `size`. */
  part(number: number, body: FileBody, size?: number): Promise<UploadedPart>;
  /** By their numbers. */
  parts(): Promise<readonly UploadedPart[]>;
  /**
   * The file is these parts in the order of their numbers. `invalid_part`: one is not there, has another etag, or is smaller
   * than `minPartBytes` and not the last.
   */
  complete(parts: readonly PartReference[], condition?: FileCondition): Promise<WrittenFile>;
  /** Removes the parts. An upload that has ended is no error. */
  abort(): Promise<void>;
}

export interface PartReference {
  readonly number: number;
  readonly etag: string;
}

export interface UploadedPart extends PartReference {
  readonly size: number;
}

export interface PresignRequest {
  readonly method: "GET" | "PUT";
  /** 1 second to 7 days. */
  readonly expiresInSeconds: number;
  /** Whoever uses the URL has to send exactly these, for example `content-type`, `content-length`, `if-none-match`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Of a `PUT`: a part of an upload. */
  readonly part?: { readonly uploadId: string; readonly number: number } | undefined;
  /** Of a `GET`: headers of the answer. */
  readonly answer?:
    | { readonly contentType?: string | undefined; readonly contentDisposition?: string | undefined }
    | undefined;
}
