import type { Tokens } from "./tokens.ts";

export interface ClientOptions {
  /** The server's address, such as `https://api.example.com`. */
  url: string;
  /** An API key: a publishable one where others can read the code. */
  key?: string;
  /** A session's token, or a function that returns the current one; called for each connection. */
  token?: string | (() => string | undefined | Promise<string | undefined>);
  /** The tokens of a session, in place of `token`: see `createTokens`. */
  tokens?: Tokens;
  /** For cookies of another origin: `include`. */
  credentials?: RequestCredentials;
  /** Replaces the global `fetch`. */
  fetch?: typeof globalThis.fetch;
  /**
   * The transport of streams. `sse`: a response for each. `websocket`: all over one socket, or as with `sse` where the
   * server or a proxy does not support it. `auto`, the default: the first four as with `sse`, which works with every
   * proxy and host, and further ones over one socket, as browsers open only six connections to a server.
   */
  transport?: "auto" | "sse" | "websocket";
  /** Replaces the global `WebSocket`. */
  WebSocket?: typeof globalThis.WebSocket;
}

export const CLIENT_OPTIONS: readonly (keyof ClientOptions)[] = [
  "url",
  "key",
  "token",
  "tokens",
  "credentials",
  "fetch",
  "transport",
  "WebSocket",
];

/** `connecting` also between two attempts; `closed` for good. */
export type State = "connecting" | "live" | "closed";

export interface Subscription {
  readonly state: State;
  /** Resolves after the server's first answer; rejects if it refuses. */
  readonly ready: Promise<void>;
  close(): void;
}

export interface Watcher {
  /**
   * The refusal that ended the subscription, never a lost connection. Without a handler, it goes to `console.error`.
   */
  onError?: (error: PlinthClientError) => void;
  onState?: (state: State) => void;
}

export const WATCHER_OPTIONS: readonly (keyof Watcher)[] = ["onError", "onState"];

/** The server's refusal, with its message. */
export class PlinthClientError extends Error {
  override readonly name = "PlinthClientError";
  readonly code: string;
  readonly status: number;
  readonly details: { readonly [name: string]: unknown } | undefined;
  // Written out, so that runtimes that only strip types can run this file.
  constructor(code: string, message: string, status: number, details?: { readonly [name: string]: unknown }) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}
