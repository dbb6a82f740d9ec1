export interface ClientOptions {
  /** The server's address, such as `https://api.example.com`. */
  url: string;
  /** An API key: a publishable one where others can read the code. */
  key?: string;
  /** A session's token, or what gives the current one; asked for at each connection. */
  token?: string | (() => string | undefined | Promise<string | undefined>);
  /** For cookies of another origin: `include`. */
  credentials?: RequestCredentials;
  /** Another `fetch`. */
  fetch?: typeof globalThis.fetch;
  /**
   * How streams come. `sse`: each as an answer of its own. `websocket`: all over one socket, or as with `sse` where the
   * server or the way to it has none. `auto`, unless said otherwise: the first four as with `sse`, which passes every
   * proxy and every host, and further ones over one socket, as browsers open only six connections to a server.
   */
  transport?: "auto" | "sse" | "websocket";
  /** Another `WebSocket`. */
  WebSocket?: typeof globalThis.WebSocket;
}

/** `connecting` also between two attempts; `closed` for good. */
export type State = "connecting" | "live" | "closed";

export interface Subscription {
  readonly state: State;
  /** Resolves once the server has answered for the first time; rejects where it refuses. */
  readonly ready: Promise<void>;
  close(): void;
}

export interface Watcher {
  /** What ended the subscription: a refusal, never a lost connection. Without it, that goes to `console.error`. */
  onError?: (error: PlinthClientError) => void;
  onState?: (state: State) => void;
}

/** What the server refused, in its own words. */
export class PlinthClientError extends Error {
  override readonly name = "PlinthClientError";
  readonly code: string;
  readonly status: number;
  readonly details: { readonly [name: string]: unknown } | undefined;
  // Spelled out, so that runtimes that only strip types can run this file as it is.
  constructor(code: string, message: string, status: number, details?: { readonly [name: string]: unknown }) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}
