import type { JsonObject } from "@plinth/core";

/** A file as the API returns it: the item of the collection `files`, as far as the rules show it. */
export interface FunctionFile extends JsonObject {
  readonly id: string;
  readonly bucket: string;
  readonly path: string;
  readonly size: number;
  readonly content_type: string;
  /** Changes with the bytes. */
  readonly content: string;
}

/** First the folders, then the files. */
export type FunctionFolderEntry =
  | { readonly kind: "folder"; readonly name: string; readonly path: string }
  | ({ readonly kind: "file" } & FunctionFile);

/** A `Response` with what is known of the file. A function may return it as its answer. */
export interface ReadFile extends Response {
  readonly name: string;
  readonly size: number;
  readonly content_type: string;
  readonly content: string;
  readonly updated_at: string;
}

/** A stream is sent by pieces. Of a `Response` or a `Request` its body, with its type. */
export type FileBody =
  | string
  | ArrayBuffer
  | ArrayBufferView
  | AsyncIterable<string | Uint8Array>
  | ReadableStream<Uint8Array>
  | Pick<Response, "body" | "headers">;

/** `context.files`. What is refused is thrown with the `code` that the API sends. */
export interface FunctionFiles {
  /** The bytes, or those from `start` to before `end`. They are read as they are asked for. */
  read(bucket: string, path: string, range?: { readonly start?: number; readonly end?: number }): Promise<ReadFile>;
  info(bucket: string, path: string): Promise<FunctionFile>;
  /** What is directly in a folder; `cursor: next_cursor` continues. */
  list(
    bucket: string,
    page?: { readonly prefix?: string; readonly limit?: number; readonly cursor?: string },
  ): Promise<{ readonly data: readonly FunctionFolderEntry[]; readonly next_cursor: string | null }>;
  /** Stores a file, or replaces it. Until its body has ended there is nothing of it. */
  put(
    bucket: string,
    path: string,
    body: FileBody,
    options?: {
      readonly content_type?: string;
      readonly metadata?: JsonObject | null;
      /** Throws `PRECONDITION_FAILED` where there is one. */
      readonly if_absent?: true;
      /** Throws `PRECONDITION_FAILED` where the file has another `content`. */
      readonly if_content?: string;
    },
  ): Promise<FunctionFile>;
  delete(bucket: string, path: string): Promise<{ readonly deleted: number }>;
  /** A URL by which anybody reads the file: for an hour, unless `expires_in` says how many seconds, of a week at most. */
  sign(
    bucket: string,
    path: string,
    options?: { readonly expires_in?: number; readonly disposition?: "inline" | "attachment" },
  ): Promise<{ readonly url: string; readonly expires_at: string }>;
}
