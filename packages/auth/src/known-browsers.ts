import type { SqlQuery } from "@plinth/core";
import { addsSecondFactor } from "./account-events.ts";
import type { PoolOptions } from "./auth.ts";
import { ANONYMOUS_SIGN_IN_PATH } from "./sign-in-methods/anonymous.ts";
import type { RowChange } from "./write-batch.ts";

export interface ProvenBrowser {
  readonly userId: string;
  /** The `cookie` header of the request. */
  readonly cookies: string | null;
  /** The browsers known for the user so far are forgotten in the same batch, this one too. */
  readonly isForgotten: boolean;
}

export interface RememberedBrowser {
  /** Statements for the batch of the sign-in. */
  readonly queries: SqlQuery[];
  /** The headers of the answer. */
  readonly cookie: { readonly name: string; readonly value: string; readonly seconds: number };
}

export interface BrowserOfRequest extends Pick<ProvenBrowser, "cookies"> {
  readonly path: string;
  readonly signedIn: string | undefined;
  /** Identifies the request: the same object for all its writes. */
  readonly request: object;
  /** Adds an HttpOnly cookie to the answer. */
  setCookie(cookie: RememberedBrowser["cookie"]): void;
}

/** What a write changes for its user. */
interface Proofs {
  /** An anonymous user who has just got a sign-in method. */
  readonly upgraded: string | undefined;
  readonly isNewPassword: boolean;
}

/**
 * The only code by which a browser comes to be known for a user, and stops being so: it is known after each sign-in and each
 * new password or second factor, until one of these is chosen in another browser or its user signs out everywhere. Whoever knew
 * the password before a second factor would have guesses of it in each browser.
 */
export function browserStatements({ tables, rememberBrowser, onDevicesForgotten }: PoolOptions) {
  const { session } = tables;
  const remembered = new WeakSet<object>();
  /** Who has just proven to be the user, and wants no other browser to be known. */
  const renewedIn = (change: RowChange, { isNewPassword }: Proofs): string | undefined => {
    const [row] = change.rows as readonly { id: string; userId: string }[];
    if (isNewPassword) return row?.userId;
    return addsSecondFactor(change, tables) ? row?.id : undefined;
  };
  const signedOutIn = ({ kind, table }: RowChange, { path, signedIn }: BrowserOfRequest) =>
    table === session && kind === "delete" && path === "/revoke-sessions" ? signedIn : undefined;
  /** An anonymous user has no secret that could be guessed. */
  const signedInIn = ({ kind, table, rows }: RowChange, { path }: BrowserOfRequest) =>
    kind === "insert" && table === session && path !== ANONYMOUS_SIGN_IN_PATH
      ? (rows[0]?.userId as string | undefined)
      : undefined;
  return async (change: RowChange, proofs: Proofs, at: BrowserOfRequest): Promise<SqlQuery[]> => {
    const renewed = renewedIn(change, proofs);
    const forgotten = renewed ?? signedOutIn(change, at);
    const queries = (forgotten !== undefined && onDevicesForgotten?.(forgotten)) || [];
    const userId = renewed ?? proofs.upgraded ?? signedInIn(change, at);
    if (userId === undefined || remembered.has(at.request)) return queries;
    // Before anything is awaited: a session that begins in the same batch finds it.
    remembered.add(at.request);
    const browser = await rememberBrowser?.({ userId, cookies: at.cookies, isForgotten: forgotten === userId });
    if (!browser) return queries;
    at.setCookie(browser.cookie);
    return [...queries, ...browser.queries];
  };
}
