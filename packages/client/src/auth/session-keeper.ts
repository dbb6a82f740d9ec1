import { byOwnClock, type TokenPair, type Tokens, tokensInTurn, turnsAt } from "../tokens.ts";
import type { ClientOptions } from "../types.ts";
import { describe, type SessionStore, type StoredSession, sessionStore } from "./stored-session.ts";
import { NO_TABS, tabChannel } from "./tab-channel.ts";
import type { AuthEvent, AuthHandler, AuthSession, AuthUser } from "./types.ts";

const STORAGE_KEY = "plinth.session";

/** What a sign-in gives. */
export interface NewSession {
  readonly tokens: TokenPair;
  readonly user: AuthUser;
  readonly token: string | undefined;
}

/** Keeps the session of one client, and says what happens to it. */
export interface SessionKeeper {
  /** Those of the session, refreshed in time. */
  readonly tokens: Tokens;
  read(): Promise<StoredSession | undefined>;
  start(session: NewSession): Promise<AuthSession>;
  /** The user as it is now, if it is still the session's. */
  setUser(user: AuthUser): Promise<void>;
  /** Finds out whether the session has ended elsewhere, and forgets it then: its tokens have no successors. */
  check(): Promise<void>;
  /** Forgets the session: gives back what it was. */
  end(): Promise<StoredSession | undefined>;
  onChange(handler: AuthHandler): () => void;
}

export function sessionKeeper({ url, storage, storageKey = STORAGE_KEY, fetch }: ClientOptions): SessionKeeper {
  const kept = sessionStore(storage, storageKey);
  const tabs = storage ? tabChannel(`plinth ${storageKey}`) : NO_TABS;
  const handlers = new Set<AuthHandler>();
  let stopListening: (() => void) | undefined;

  const tell = (event: AuthEvent, session: StoredSession | undefined): void => {
    const shown = session && describe(session);
    // A handler that fails must not fail the sign-in.
    for (const handler of handlers) queueMicrotask(() => handlers.has(handler) && handler(event, shown));
  };

  let writes = 0;
  let written: Promise<unknown> = Promise.resolve();

  const write = async (event: AuthEvent, session: StoredSession | undefined): Promise<void> => {
    writes++;
    const done = Promise.resolve(kept.write(session));
    written = done.catch(() => {});
    await done;
    tell(event, session);
    tabs.send(event);
  };

  const store: SessionStore = {
    read: () => kept.read(),
    write: (session) => write(session ? "refreshed" : "signed_out", session),
  };
  const inTurn = turnsAt(url);
  const tokens = tokensInTurn({ url, store, ...(fetch && { fetch }) }, inTurn);
  const read = async (): Promise<StoredSession | undefined> => kept.read();

  /** The session after all that was written here, such as by a sign-in or a sign-out, which wait for nothing. */
  const settled = async (): Promise<StoredSession | undefined> => {
    for (;;) {
      const before = writes;
      await written;
      const session = await read();
      if (before === writes) return session;
    }
  };

  return {
    tokens,
    read,
    async start({ tokens: pair, user, token }) {
      const session = { ...byOwnClock(pair), user, ...(token !== undefined && { token }) };
      await write("signed_in", session);
      return describe(session);
    },
    // Tokens that are refreshed meanwhile must not be replaced by those of before: the server would end the session.
    setUser: (user) =>
      inTurn(async () => {
        const session = await settled();
        if (session?.user.id === user.id) await write("user_changed", { ...session, user });
      }),
    async check() {
      const session = await read();
      if (session) await tokens.renew(session.access_token).catch(() => undefined);
    },
    async end() {
      const session = await read();
      if (session) await write("signed_out", undefined);
      return session;
    },
    onChange(handler) {
      handlers.add(handler);
      stopListening ??= tabs.listen((event) => void read().then((session) => tell(event, session)));
      void read().then((session) => handlers.has(handler) && handler("initial", session && describe(session)));
      return () => {
        handlers.delete(handler);
        if (handlers.size > 0) return;
        stopListening?.();
        stopListening = undefined;
      };
    },
  };
}
