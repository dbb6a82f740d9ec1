/** What a server elsewhere answers: the headers, and the bytes as they arrive. */
export interface PublicAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array> | null;
}

/**
 * Reads an address that a caller has named, without its redirects. The name is resolved, no address of a private network is asked, and the
 * connection goes to the address that was checked: a name that resolves to another one a moment later leads nowhere else. Throws only
 * `OutgoingError`; a body that ends early ends with an error.
 */
export type PublicFetch = (url: URL, options: { readonly signal: AbortSignal }) => Promise<PublicAnswer>;
