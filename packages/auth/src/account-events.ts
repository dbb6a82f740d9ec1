import type { SqlQuery } from "@plinth/core";
import type { AccountEvent, AuthOptions } from "./auth.ts";
import type { JoinedStatements, RowChange } from "./write-batch.ts";

/** Where a request is: the path below `/api/auth`, and the client's address. */
export interface Whereabouts {
  readonly path: string;
  readonly address: string | null;
}

/** Sessions that end for any other reason, such as their age, are no event. */
const ENDS: Readonly<Record<string, AccountEvent["type"]>> = {
  "/sign-out": "sign_out",
  "/revoke-session": "session_revoke",
  "/revoke-sessions": "session_revoke",
  "/revoke-other-sessions": "session_revoke",
};

const NEW_PASSWORDS: Readonly<Record<string, AccountEvent["type"]>> = {
  "/change-password": "password_change",
  "/reset-password": "password_reset",
};

/** What joins the writes of better-auth: the records of what happened, and the checks of a new user and session. */
export function joinedStatements(options: AuthOptions, whereabouts: () => Whereabouts): JoinedStatements {
  const { user, session, account } = options.tables;
  const watched = { insert: [user, session], update: [account], delete: [session] };
  return {
    concerns: (kind, table) => watched[kind].includes(table),
    for(change) {
      const at = whereabouts();
      const [row] = change.rows;
      const checks =
        change.kind !== "insert" || !row
          ? []
          : change.table === user
            ? (options.onUserCreated?.(row.id as string) ?? [])
            : checksOfSession(options, row.userId as string, at);
      return [...checks, ...eventsOf(change, options.tables, at).flatMap((event) => options.onEvent?.(event) ?? [])];
    },
  };
}

/** A user who signs up is new. */
function checksOfSession(options: AuthOptions, userId: string, { path }: Whereabouts): SqlQuery[] {
  return path.startsWith("/sign-up/") ? [] : (options.onSessionCreated?.(userId) ?? []);
}

function eventsOf(
  { kind, table, rows, values }: RowChange,
  { user, session }: AuthOptions["tables"],
  { path, address }: Whereabouts,
): AccountEvent[] {
  if (kind === "update") {
    const type = values?.password === undefined ? undefined : NEW_PASSWORDS[path];
    return type ? rows.map((row) => ({ type, userId: row.userId as string, address })) : [];
  }
  if (kind === "insert" && table === user) {
    return rows.map((row) => ({ type: "sign_up" as const, userId: row.id as string, address }));
  }
  if (table !== session) return [];
  const type = kind === "delete" ? ENDS[path] : path.startsWith("/sign-in/") ? ("sign_in" as const) : undefined;
  if (!type) return [];
  return rows.map((row) => ({ type, userId: row.userId as string, address, sessionId: row.id as string }));
}
