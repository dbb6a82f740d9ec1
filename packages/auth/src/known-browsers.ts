import type { SqlQuery } from "@plinth/core";
import type { PoolOptions } from "./auth.ts";
import { ANONYMOUS_SIGN_IN_PATH } from "./sign-in-methods/anonymous.ts";
import type { RowChange } from "./write-batch.ts";

export interface ProvenBrowser {
  readonly userId: string;
  /** The `cookie` header of the request. */
  readonly cookies: string | null;
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
  /** A mail has proven the owner of the account. */
  readonly isReset: boolean;
}

/**
 * The only code by which a browser comes to be known for a user, and stops being so: it is known after each sign-in and each
 * password that is replaced by a mail, until the password changes or its user signs out everywhere.
 */
export function browserStatements({ tables, rememberBrowser, onDevicesForgotten }: PoolOptions) {
  const { session } = tables;
  const remembered = new WeakSet<object>();
  const forgottenIn = ({ kind, table, rows }: RowChange, proofs: Proofs, at: BrowserOfRequest): Set<string> => {
    if (proofs.isNewPassword) return new Set(rows.map((row) => row.userId as string));
    const isEverywhere = table === session && kind === "delete" && at.path === "/revoke-sessions";
    return new Set(isEverywhere && at.signedIn ? [at.signedIn] : []);
  };
  /** An anonymous user has no secret that could be guessed. */
  const provenIn = ({ kind, table, rows }: RowChange, { upgraded, isReset }: Proofs, { path }: BrowserOfRequest) => {
    const isSignIn = kind === "insert" && table === session && path !== ANONYMOUS_SIGN_IN_PATH;
    return upgraded ?? (isSignIn || isReset ? (rows[0]?.userId as string | undefined) : undefined);
  };
  return async (change: RowChange, proofs: Proofs, at: BrowserOfRequest): Promise<SqlQuery[]> => {
    const queries = [...forgottenIn(change, proofs, at)].flatMap((id) => onDevicesForgotten?.(id) ?? []);
    const userId = provenIn(change, proofs, at);
    if (userId === undefined || remembered.has(at.request)) return queries;
    remembered.add(at.request);
    const browser = await rememberBrowser?.({ userId, cookies: at.cookies });
    if (!browser) return queries;
    at.setCookie(browser.cookie);
    return [...queries, ...browser.queries];
  };
}
