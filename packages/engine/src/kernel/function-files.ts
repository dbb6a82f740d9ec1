import type { JsonObject } from "@plinth/core";
import type { Engine, RequestContext } from "./engine.ts";

export interface FunctionFile {
  readonly bucket: string;
  readonly path: string;
}

/** A file that is read. */
export interface ReadFunctionFile {
  readonly name: string;
  readonly size: number;
  readonly contentType: string;
  /** Changes with the bytes. */
  readonly content: string;
  readonly changedAt: string;
  /** All of them, or so many from an offset. */
  open(range?: { readonly offset: number; readonly length?: number | undefined }): Promise<ReadableStream<Uint8Array>>;
}

export interface StoredFunctionFile extends FunctionFile {
  readonly body: ReadableStream<Uint8Array>;
  readonly contentType: string | undefined;
  readonly metadata: JsonObject | null | undefined;
  /** Only where there is none, or where the file has this content. */
  readonly condition: { readonly absent: true } | { readonly contents: readonly string[] } | undefined;
}

/** Files as functions reach them: with the rights of the context, and as the API answers. */
export interface FunctionFiles {
  info(ctx: RequestContext, file: FunctionFile): Promise<JsonObject>;
  list(
    ctx: RequestContext,
    bucket: string,
    page: { readonly prefix?: string | undefined; readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<{ readonly data: readonly object[]; readonly next_cursor: string | null }>;
  read(ctx: RequestContext, file: FunctionFile): Promise<ReadFunctionFile>;
  /** Stores a file, or replaces it; until its body has ended there is nothing of it. */
  put(ctx: RequestContext, file: StoredFunctionFile): Promise<object>;
  delete(ctx: RequestContext, file: FunctionFile): Promise<object>;
  sign(
    ctx: RequestContext,
    file: FunctionFile & { readonly expires_in: number; readonly disposition?: "inline" | "attachment" | undefined },
  ): Promise<object>;
}

/** Undefined: no part of the engine keeps files. */
export function functionFilesOf({ features }: Engine): FunctionFiles | undefined {
  return features.find((feature) => feature.functionFiles)?.functionFiles;
}
