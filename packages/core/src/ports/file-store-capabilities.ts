/** What one place for files can do. What it cannot, its methods refuse with `UNSUPPORTED_BY_ADAPTER`. */
export interface FileStoreCapabilities {
  /** `put` takes a condition. */
  readonly conditionalPut: boolean;
  /** `presign` answers a URL. Without it, bytes pass through this server. */
  readonly presign: boolean;
  /** `copy` moves no bytes through this process. */
  readonly serverCopy: boolean;
  /** An etag is the SHA-256 of the bytes, in hex. */
  readonly etagIsSha256: boolean;
  /** Of one file. */
  readonly maxObjectBytes: number;
  /** Of a stream without a known size. */
  readonly maxUnsizedBytes: number;
  /** `put` keeps up to two blocks of a stream in memory, so that each can be sent again. 0: it keeps none. */
  readonly blockBytes: number;
  readonly upload: {
    /** Of each part but the last. */
    readonly minPartBytes: number;
    readonly maxPartBytes: number;
    /** A stream for a part of up to so many bytes is in memory as a whole. */
    readonly wholePartBytes: number;
    readonly maxParts: number;
    /** All parts but the last have to be of one size. */
    readonly equalParts: boolean;
    /** `parts` answers. Without it, the caller has to remember what `part` has answered. */
    readonly listsParts: boolean;
    /** `complete` takes a condition. */
    readonly conditional: boolean;
  };
}
