import type { Tokens } from "./tokens.ts";

export type Awaitable<T> = T | Promise<T>;

/** The part of `localStorage` that is used; its methods may answer later, as those of React Native's `AsyncStorage`. */
export interface KeyValueStorage {
  getItem(key: string): Awaitable<string | null>;
  setItem(key: string, value: string): Awaitable<unknown>;
  removeItem(key: string): Awaitable<unknown>;
}

/** Options and credentials as WebAuthn writes them in JSON: bytes are base64url texts. */
export type WebAuthnJson = { readonly [name: string]: unknown };

/** What makes and uses passkeys: the browser, or a module of a native app. */
export interface WebAuthn {
  create(options: WebAuthnJson): Promise<WebAuthnJson>;
  get(
    options: WebAuthnJson,
    how: { readonly conditional: boolean; readonly signal: AbortSignal },
  ): Promise<WebAuthnJson>;
  /** Whether passkeys can be offered in the field for the address. */
  canOffer(): Promise<boolean>;
}

export interface ClientOptions {
  /** The server's address, such as `https://api.example.com`. */
  url: string;
  /** An API key: a publishable one where others can read the code. */
  key?: string;
  /** The slug of a workspace, where neither the key nor the host name says which one. */
  workspace?: string;
  /**
   * The caller is an operator, by `token` or the browser's cookie, which counts then even beside that of a user. `auth` is
   * for users only.
   */
  operator?: boolean;
  /** A session's token, or a function that returns the current one; called for each connection. */
  token?: string | (() => string | undefined | Promise<string | undefined>);
  /** The tokens of a session, in place of `token`: see `createTokens`. */
  tokens?: Tokens;
  /**
   * Where `auth` keeps the session: `localStorage`, `sessionStorage`, React Native's `AsyncStorage` or an object of your
   * own. Default: in memory, until the page is left.
   */
  storage?: KeyValueStorage | undefined;
  /** The name of the session in `storage`. Default: `plinth.session`. */
  storageKey?: string;
  /** What makes and uses passkeys. Default: the browser. */
  webAuthn?: WebAuthn;
  /** For cookies of another origin: `include`. */
  credentials?: RequestCredentials;
  /** Replaces the global `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** Milliseconds for each attempt to read or write items; the default is 60,000, and 0 means no limit. */
  timeoutMs?: number;
  /** The most further attempts for items, where no answer came or the server asks for one. Default: 2; 0: none. */
  retries?: number;
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
  "workspace",
  "operator",
  "token",
  "tokens",
  "storage",
  "storageKey",
  "webAuthn",
  "credentials",
  "fetch",
  "timeoutMs",
  "retries",
  "transport",
  "WebSocket",
];

/** `connecting` also between two attempts; `closed` for good. */
export type State = "connecting" | "live" | "closed";

export interface Subscription {
  readonly state: State;
  /** Resolves after the server's first answer; rejects if it refuses. Does neither where it was closed before. */
  readonly ready: Promise<void>;
  close(): void;
}

export interface Watcher {
  /**
   * The refusal that ended the subscription, never a lost connection. Without a handler, it goes to `console.error`.
   */
  onError?: (error: PlinthClientError) => void;
  onState?: (state: State) => void;
  /** Closes the subscription. */
  signal?: AbortSignal;
}

export const WATCHER_OPTIONS: readonly (keyof Watcher)[] = ["onError", "onState", "signal"];

/** What an error may know beside its code. */
export interface ErrorFacts {
  readonly details?: { readonly [name: string]: unknown } | undefined;
  readonly retryAfter?: number | undefined;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The server's refusal, with its message. `status` is 0 where no answer came (`UNREACHABLE`, `TIMEOUT`, `ABORTED`), or the
 * browser refused.
 */
export class PlinthClientError extends Error {
  override readonly name = "PlinthClientError";
  readonly code: string;
  readonly status: number;
  readonly details: { readonly [name: string]: unknown } | undefined;
  /** Seconds after which the server expects the next attempt. */
  readonly retryAfter: number | undefined;
  /** Names the request in the server's log. */
  readonly requestId: string | undefined;
  // Written out, so that runtimes that only strip types can run this file.
  constructor(code: string, message: string, status: number, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.status = status;
    this.details = facts.details;
    this.retryAfter = facts.retryAfter;
    this.requestId = facts.requestId;
  }
}
