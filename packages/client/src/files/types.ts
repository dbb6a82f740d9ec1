import type { Json, JsonObject } from "@plinth/core";
import type { RequestOptions, WriteOptions } from "../items/request.ts";
import type { PageOptions } from "../page.ts";

/** A file, as its item in the collection `files` shows it. A rule may leave fields out. */
export interface FileItem {
  readonly id: string;
  readonly bucket: string;
  /** Its folders and its name, such as `2026/cat.png`. */
  readonly path: string;
  /** The path without the name; empty at the top of the bucket. */
  readonly folder: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** As the server has found it in the bytes. */
  readonly content_type: string;
  /** In hexadecimal. */
  readonly sha256: string;
  /** Changes with the bytes: it is the file's ETag. */
  readonly content: string;
  /** The bytes of a file in quarantine are for administrators alone. */
  readonly state: "ready" | "quarantined";
  readonly metadata: JsonObject | null;
  /** Pixels of a picture, upright; null of all else. */
  readonly width: number | null;
  readonly height: number | null;
  /** A text from which a blurred preview can be drawn (https://blurha.sh). Null: it is no picture, or the server could not decode it. */
  readonly blurhash: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly version: number;
  /** The workspace's own fields. */
  readonly [field: string]: Json;
}

export interface FolderEntry {
  readonly kind: "folder";
  readonly name: string;
  readonly path: string;
}

export interface FileEntry extends FileItem {
  readonly kind: "file";
}

/** Where files are: what may be stored there, and who reads it without a rule. */
export interface Bucket {
  readonly name: string;
  /** Anybody reads its files. */
  readonly public: boolean;
  /** Of one file. */
  readonly max_bytes: number;
  /** Media types, or `image/*`; null: all. */
  readonly content_types: readonly string[] | null;
  /** Seconds for which caches may keep a file of a public bucket. */
  readonly cache_seconds: number;
  /** Readers without credentials in headers are sent to a URL of the store, where it has some. */
  readonly redirect: boolean;
  /** Bytes that were replaced or deleted are kept as versions. */
  readonly versions: boolean;
  /** Of one file; null: all. */
  readonly max_versions: number | null;
  /** Of all its files together; null: no limit. */
  readonly max_total_bytes: number | null;
  readonly max_files: number | null;
  /** Of the files that one user has stored in it. */
  readonly max_bytes_per_user: number | null;
  /** The server fetches files for it from other servers. */
  readonly from_urls: boolean;
  /** The scanner of the workspace is asked before new files can be read. */
  readonly scan: boolean;
  /** What may be made of its pictures by anybody who reads them, by name. */
  readonly image_presets: Readonly<Record<string, ImageParameters>> | null;
  readonly created_at: string;
  readonly updated_at: string;
}

type BucketSettings = Omit<Bucket, "name" | "created_at" | "updated_at">;
export type BucketPatch = { readonly [name in keyof BucketSettings]?: BucketSettings[name] | undefined };
export type NewBucket = BucketPatch & { readonly name: string };

/** What a file can be made of. A stream is sent once; all else again where no answer comes. */
export type FileContent = Blob | ArrayBuffer | ArrayBufferView<ArrayBuffer> | string | ReadableStream<Uint8Array>;

export type FetchOptions = Omit<PutOptions, "contentType" | "metadata" | "sha256" | "onProgress">;

export interface PutOptions extends RequestOptions {
  /** What the content is, where its bytes do not show it. Default: that of a `Blob`. */
  readonly contentType?: string | undefined;
  /** Refuses with `PRECONDITION_FAILED` where there is a file already. */
  readonly ifAbsent?: boolean | undefined;
  /** Refuses with `PRECONDITION_FAILED` where the file has another ETag than this one. */
  readonly ifMatch?: string | undefined;
  /** Replaces that of the file. */
  readonly metadata?: JsonObject | undefined;
  /** In hexadecimal; the server refuses other bytes. */
  readonly sha256?: string | undefined;
  /** Hears how much has been sent. `total` is unknown of a stream. */
  readonly onProgress?: ((progress: SentBytes) => void) | undefined;
  /** Hears by which id the change log knows the upload. */
  readonly onRequestId?: WriteOptions["onRequestId"];
}

export interface UploadOptions extends Omit<PutOptions, "onRequestId"> {
  /** Whether it is sent in pieces and goes on where a connection was cut. Default: for 50 MB and more. */
  readonly resumable?: boolean | undefined;
  /** Goes on with an upload that was left, by its id: the content must be the same. */
  readonly resume?: string | undefined;
  /** Hears the id of an upload in pieces as soon as the server has begun it. */
  readonly onBegun?: ((id: string) => void) | undefined;
}

export interface SentBytes {
  readonly bytes: number;
  readonly total: number | undefined;
}

export interface GetOptions extends RequestOptions {
  /** The first and the last byte, counted from 0. Without `last`: to the end. */
  readonly range?: { readonly first: number; readonly last?: number | undefined } | undefined;
  /** An ETag: where the file has it still, nothing is sent. */
  readonly ifNoneMatch?: string | undefined;
  /** The bytes of this version. */
  readonly version?: string | undefined;
}

/** Bytes that a file has, or has had. */
export interface FileVersion {
  /** The id of the bytes. */
  readonly version: string;
  readonly size: number;
  readonly content_type: string;
  readonly sha256: string;
  /** When they were sent. */
  readonly created_at: string;
  /** The file has them now. */
  readonly current: boolean;
}

/** What the headers say of a file. */
export interface FileFacts {
  /** As `ifMatch` and `ifNoneMatch` take it. */
  readonly etag: string;
  /** Bytes of the whole file. */
  readonly size: number;
  readonly contentType: string;
  readonly lastModified: Date | undefined;
}

/** A file whose bytes arrive. They can be read once. */
export interface FileDownload extends FileFacts {
  readonly body: ReadableStream<Uint8Array>;
  arrayBuffer(): Promise<ArrayBuffer>;
  blob(): Promise<Blob>;
  text(): Promise<string>;
  json(): Promise<Json>;
}

export interface FileChangeOptions extends WriteOptions {
  /** Refuses with `PRECONDITION_FAILED` where the file has another ETag than this one. */
  readonly ifMatch?: string | undefined;
}

export interface FolderOptions extends PageOptions, RequestOptions {}

export interface FileUrlOptions {
  /** Browsers save the file instead of showing it. */
  readonly download?: boolean | undefined;
}

export interface SignOptions extends RequestOptions {
  /** Seconds for which the URL is good, up to seven days. */
  readonly expiresIn: number;
  /** Browsers save the file (`attachment`) or show it. */
  readonly disposition?: "inline" | "attachment" | undefined;
  /** An image made of the file, in place of the file. */
  readonly image?: { readonly preset: string } | ImageParameters | undefined;
  /** The IP address of the only client that may use the URL. */
  readonly address?: string | undefined;
}

/** A URL by which anybody reads a file. */
export interface SignedFileUrl {
  readonly url: string;
  readonly expires_at: string;
}

export interface DirectOptions extends Omit<PutOptions, "timeoutMs"> {
  /** In several parts, even if the file has less than 100 MB. */
  readonly inParts?: boolean | undefined;
}
/** What is made of a picture. */
export interface ImageParameters {
  /** Pixels; a side that is left out follows from the other. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Default `cover`. */
  readonly fit?: "cover" | "contain" | "inside" | "outside" | "fill" | undefined;
  /** What stays in sight where it is cut: `top`, `bottom-left` …, or a point such as `0.3,0.7`. Default `center`. */
  readonly position?: string | undefined;
  /** 1 to 100. */
  readonly quality?: number | undefined;
  /** Default `auto`: what the browser takes. */
  readonly format?: "auto" | "avif" | "webp" | "jpeg" | "png" | undefined;
  /** `false` keeps place, time, camera and profile of colours. Default `true`. */
  readonly strip?: boolean | undefined;
}

/** A preset of the bucket, or parameters of one's own, which need a secret key or an administrator. */
export type ImageUrlOptions = FileUrlOptions & ({ readonly preset: string } | ImageParameters);

/** With which a client of S3 uses the workspace's files. */
export interface S3Key {
  readonly id: string;
  readonly name: string;
  readonly access_key_id: string;
  /** That it may use; null: all. */
  readonly buckets: readonly string[] | null;
  /** The paths that it may use begin with it; empty: all. */
  readonly prefix: string;
  readonly read_only: boolean;
  readonly created_at: string;
  /** `user:id` or `key:id`. */
  readonly created_by: string | null;
  readonly expires_at: string | null;
  /** Exact to the minute. */
  readonly last_used_at: string | null;
}

/** The only answer with the secret. */
export interface S3KeyWithSecret extends S3Key {
  readonly secret_access_key: string;
}

type S3KeyLimits = Pick<S3Key, "buckets" | "prefix" | "read_only" | "expires_at">;
export type NewS3Key = { readonly name: string } & {
  readonly [limit in keyof S3KeyLimits]?: S3KeyLimits[limit] | undefined;
};
