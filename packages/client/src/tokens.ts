import { requireKnown } from "./known-options.ts";
import { isStream, refusalOf } from "./request.ts";

/** The tokens of one session, as the server answers with them. */
export interface TokenPair {
  access_token: string;
  refresh_token: string;
  /** Of the access token. */
  expires_at?: string;
  /** Seconds; counts before `expires_at`, which a wrong clock of this device would misread. */
  expires_in?: number;
}

/** Where tokens are kept: all tabs of a page should share one place, such as `localStorage`. */
export interface TokenStore {
  read(): TokenPair | undefined | Promise<TokenPair | undefined>;
  /** Undefined: the session has ended. */
  write(pair: TokenPair | undefined): void | Promise<void>;
}

export interface TokenOptions {
  /** The server's address, such as `https://api.example.com`. */
  url: string;
  /** From a sign-in with `"tokens": true`, or from `POST /api/auth/token`. Absent: those in the store. */
  tokens?: TokenPair;
  /** Default: they are kept as long as this object. */
  store?: TokenStore;
  /** Called when the session has ended, so that the user can sign in again. */
  onEnd?: () => void;
  /** Replaces the global `fetch`. */
  fetch?: typeof globalThis.fetch;
}

const OPTIONS: readonly (keyof TokenOptions)[] = ["url", "tokens", "store", "onEnd", "fetch"];

export interface Tokens {
  /** The access token, refreshed first where it is about to expire; undefined: the session has ended. */
  current(): Promise<string | undefined>;
  /** The token after this one, which the server refused. All who ask at once wait for one request. */
  renew(refused: string): Promise<string | undefined>;
  /**
   * As the global one, with the token, to the token's own server alone: a request that is refused for it is sent once more
   * with the next one. A path is the server's.
   */
  fetch(input: string | URL, init?: RequestInit): Promise<Response>;
  /** Ends the session. */
  signOut(): Promise<void>;
}

/** An access token that expires sooner is refreshed before it is used. */
const SOON_MS = 30_000;
/** The server gives a lost answer again for ten seconds. */
const PAUSES_MS = [500, 1000, 2000];

/**
 * Keeps a session's tokens, and gets the next ones in time.
 *
 * @example
 * const tokens = createTokens({ url, tokens: signedIn.tokens });
 * const client = createClient({ url, tokens });
 * const notes = await client.from("notes").list();
 */
export function createTokens(options: TokenOptions): Tokens {
  requireKnown(options, OPTIONS, "createTokens");
  return tokensInTurn(options, turnsAt(options.url));
}

/** The same; what else changes the store while tokens may be refreshed takes a turn as well. */
export function tokensInTurn(options: TokenOptions, inTurn: Turns): Tokens {
  const { url, store = inMemory(options.tokens), fetch = globalThis.fetch } = options;
  let ready: void | Promise<void>;
  if (options.tokens && options.store) ready = options.store.write(options.tokens);
  let renewing: Promise<string | undefined> | undefined;

  const post = (path: string, body: object): Promise<Response> =>
    fetch(new URL(path, url.endsWith("/") ? url : `${url}/`), {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      cache: "no-store",
      body: JSON.stringify(body),
    });

  const refresh = async (refused: string): Promise<string | undefined> => {
    const pair = await store.read();
    // Another tab was faster.
    if (!pair || pair.access_token !== refused) return pair?.access_token;
    const response = await persistently(() => post("api/auth/token/refresh", { refresh_token: pair.refresh_token }));
    if (!response.ok && response.status !== 401) throw await refusalOf(response);
    const answer = response.ok ? ((await response.json()) as { data: TokenPair }).data : undefined;
    // Meanwhile the user may have signed out, or in again: that counts.
    const now = await store.read();
    if (now?.refresh_token !== pair.refresh_token) return now?.access_token;
    if (!answer) {
      await store.write(undefined);
      options.onEnd?.();
      return undefined;
    }
    await store.write({ ...pair, ...byOwnClock(answer) });
    return answer.access_token;
  };

  const tokens: Tokens = {
    async current() {
      await ready;
      const pair = await store.read();
      if (!pair) return undefined;
      const left = pair.expires_at === undefined ? SOON_MS : Date.parse(pair.expires_at) - Date.now();
      return left < SOON_MS ? tokens.renew(pair.access_token) : pair.access_token;
    },
    renew(refused) {
      renewing ??= inTurn(() => refresh(refused)).finally(() => {
        renewing = undefined;
      });
      return renewing;
    },
    async fetch(input, init) {
      const address = ownAddress(input, url);
      const token = await tokens.current();
      const response = await fetch(address, withToken(init, token));
      if (response.status !== 401 || token === undefined || isStream(init?.body)) return response;
      const next = await tokens.renew(token);
      if (next === undefined || next === token) return response;
      await response.body?.cancel();
      return fetch(address, withToken(init, next));
    },
    async signOut() {
      const pair = await store.read();
      await store.write(undefined);
      if (pair) await post("api/auth/token/revoke", { refresh_token: pair.refresh_token });
    },
  };
  return tokens;
}

/** An answer's tokens as they are kept, with their end by this device's clock. */
export function byOwnClock({ access_token, refresh_token, expires_at, expires_in }: TokenPair): TokenPair {
  const end = expires_in === undefined ? expires_at : new Date(Date.now() + expires_in * 1000).toISOString();
  return { access_token, refresh_token, ...(end !== undefined && { expires_at: end }) };
}

function inMemory(first: TokenPair | undefined): TokenStore {
  let pair = first;
  return {
    read: () => pair,
    write(next) {
      pair = next;
    },
  };
}

function withToken(init: RequestInit = {}, token: string | undefined): RequestInit {
  if (token === undefined) return init;
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${token}`);
  return { ...init, headers };
}

/** Who has the token is the user: other servers must not get it by mistake. */
function ownAddress(input: string | URL, server: string): URL {
  const address = new URL(input, server);
  const [own, other] = [originIn(new URL(server)), originIn(address)];
  if (own === other) return address;
  throw new TypeError(`fetch: the user's token is for ${own} alone; use the global fetch for ${other}`);
}

/** React Native's addresses have no `origin`. */
function originIn({ href }: URL): string {
  return /^[a-z]+:\/\/[^/?#]*/i.exec(href)?.[0] ?? "";
}

/** Asks again where the answer was lost or the server could not say: the same token has the same successor. */
async function persistently(ask: () => Promise<Response>): Promise<Response> {
  for (const pause of PAUSES_MS) {
    const response = await ask().catch(() => undefined);
    if (response && response.status < 500) return response;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return ask();
}

/** Works one after another. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/** Turns that all tabs with a session of this server share. */
export function turnsAt(url: string): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(() => oneTabAtATime(`plinth tokens ${url}`, work));
    last = mine.catch(() => {});
    return mine;
  };
}

/** Tabs share a lock where the browser has such locks. */
function oneTabAtATime<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = (globalThis.navigator as { locks?: LockManager } | undefined)?.locks;
  return locks ? (locks.request(name, work) as Promise<T>) : work();
}
