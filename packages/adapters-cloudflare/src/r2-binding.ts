/** The part of an `R2Bucket` binding that is used. */
export interface R2BucketLike {
  head(key: string): Promise<R2ObjectLike | null>;
  /** Without a body where `onlyIf` did not hold. */
  get(key: string, options: object): Promise<(R2ObjectLike & { body?: ReadableStream<Uint8Array> }) | null>;
  /** Null where `onlyIf` did not hold. */
  put(key: string, value: R2Value, options: object): Promise<R2ObjectLike | null>;
  delete(keys: string[]): Promise<void>;
  list(options: object): Promise<R2PageLike>;
  createMultipartUpload(key: string, options: object): Promise<R2UploadLike>;
  resumeMultipartUpload(key: string, uploadId: string): R2UploadLike;
}

export type R2Value = ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>;

export interface R2ObjectLike {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly uploaded: Date;
  readonly httpMetadata?: { readonly contentType?: string };
}

export interface R2PageLike {
  readonly objects: readonly R2ObjectLike[];
  readonly delimitedPrefixes: readonly string[];
  readonly truncated: boolean;
  readonly cursor?: string;
}

export interface R2UploadLike {
  readonly uploadId: string;
  uploadPart(partNumber: number, value: R2Value): Promise<{ readonly etag: string }>;
  complete(parts: { readonly partNumber: number; readonly etag: string }[]): Promise<R2ObjectLike>;
  abort(): Promise<void>;
}
