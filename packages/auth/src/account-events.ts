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

/** What a request says to the statements that join its writes. */
interface RequestOf {
  whereabouts(): Whereabouts;
  /** The first mail of a new account. Absent: no mail is sent. */
  readonly welcome?: ((user: { id: string; email: string }) => Promise<SqlQuery[]>) | undefined;
}

/** What joins the writes of better-auth: records of what happened, the first mail, and checks of a new user and session. */
export function joinedStatements(options: AuthOptions, { whereabouts, welcome }: RequestOf): JoinedStatements {
  const { user, session, account } = options.tables;
  const watched = { insert: [user, session], update: [user, account], delete: [session] };
  return {
    concerns: (kind, table) => watched[kind].includes(table),
    stored: (change) => {
      if (change.table === user && writesProfile(change)) options.onProfileStored?.();
    },
    async for(change) {
      const at = whereabouts();
      const events = eventsOf(change, options.tables, at).flatMap((event) => options.onEvent?.(event) ?? []);
      const [row] = change.rows;
      if (change.table === user) events.push(...(await profilesIn(options, change)));
      if (change.kind !== "insert" || !row) return events;
      if (change.table === session) return [...checksOfSession(options, row.userId as string, at), ...events];
      const { id, email } = row as { id: string; email: string };
      return [...(options.onUserCreated?.(id) ?? []), ...((await welcome?.({ id, email })) ?? []), ...events];
    },
  };
}

const PROFILE = ["name", "email", "image"];

function writesProfile({ kind, values }: RowChange): boolean {
  return kind === "insert" || (kind === "update" && PROFILE.some((name) => values?.[name] !== undefined));
}

/** What follows the accounts. */
async function profilesIn({ onProfileWritten }: AuthOptions, change: RowChange): Promise<SqlQuery[]> {
  if (!onProfileWritten || !writesProfile(change)) return [];
  const written = await Promise.all(change.rows.map((row) => onProfileWritten(row.id as string)));
  return written.flat();
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
