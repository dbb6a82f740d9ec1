import type { TokenPair, TokenStore } from "../tokens.ts";
import type { Awaitable, KeyValueStorage } from "../types.ts";
import type { AuthSession, AuthUser } from "./types.ts";

export interface StoredSession extends TokenPair {
  readonly user: AuthUser;
  /** The session's own token, which sensitive acts need. Absent: the browser has it as a cookie. */
  readonly token?: string;
}

export interface SessionStore extends TokenStore {
  read(): Awaitable<StoredSession | undefined>;
  write(session: StoredSession | undefined): Awaitable<void>;
}

/** The session in a storage, as JSON; in memory without one. */
export function sessionStore(storage: KeyValueStorage | undefined, key: string): SessionStore {
  if (!storage) return memoryStore();
  return {
    async read() {
      const text = await storage.getItem(key);
      return text === null ? undefined : sessionIn(text);
    },
    async write(session) {
      await (session ? storage.setItem(key, JSON.stringify(session)) : storage.removeItem(key));
    },
  };
}

function memoryStore(): SessionStore {
  let kept: StoredSession | undefined;
  return {
    read: () => kept,
    write(session) {
      kept = session;
    },
  };
}

/** What something else has written below this name is no session. */
function sessionIn(text: string): StoredSession | undefined {
  try {
    const found = JSON.parse(text) as Partial<StoredSession> | null;
    const whole = typeof found?.access_token === "string" && typeof found.refresh_token === "string" && found.user;
    return whole ? (found as StoredSession) : undefined;
  } catch {
    return undefined;
  }
}

export function describe({ user, access_token, expires_at }: StoredSession): AuthSession {
  return { user, access_token, expires_at };
}
