/** What a server elsewhere answers: the headers, and the bytes as they arrive. */
export interface PublicAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array> | null;
}

/** A request to a server elsewhere: a `GET` unless it says otherwise. */
export interface PublicRequest {
  readonly signal: AbortSignal;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text is sent as UTF-8. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/**
 * Asks an address that a caller has named, without its redirects. The name is resolved, no address of a private network is asked, and the
 * connection goes to the address that was checked: a name that resolves to another one a moment later leads nowhere else. Throws only
 * `OutgoingError`; a body that ends early ends with an error.
 */
export type PublicFetch = (url: URL, request: PublicRequest) => Promise<PublicAnswer>;
