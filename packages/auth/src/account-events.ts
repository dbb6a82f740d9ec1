import type { SqlQuery } from "@plinth/core";
import type { AccountEvent, AuthOptions } from "./auth.ts";
import { type OAuthFlow, providerIn } from "./oauth/flow.ts";
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

const SIGN_INS = /^\/(?:sign-in|callback)\//;

const NEW_PASSWORDS: Readonly<Record<string, AccountEvent["type"]>> = {
  "/change-password": "password_change",
  "/reset-password": "password_reset",
};

/** What a request says to the statements that join its writes. */
interface RequestOf {
  whereabouts(): Whereabouts;
  /** The first mail of a new account. Absent: no mail is sent. */
  readonly welcome?: ((user: { id: string; email: string }) => Promise<SqlQuery[]>) | undefined;
  /** The sign-in by a provider that runs now. */
  oauth(): OAuthFlow | undefined;
}

/** What joins the writes of better-auth: records of what happened, the first mail, and checks of a new user and session. */
export function joinedStatements(options: AuthOptions, { whereabouts, welcome, oauth }: RequestOf): JoinedStatements {
  const { user, session, account } = options.tables;
  const watched = { insert: [user, session, account], update: [account], delete: [session] };
  return {
    concerns: (kind, table) => watched[kind].includes(table),
    async for(change) {
      const at = whereabouts();
      const flow = oauth();
      const detail = providerIn(flow);
      const events = [...eventsOf(change, options.tables, at), ...linkIn(change, options.tables, flow, at)].flatMap(
        (event) => options.onEvent?.({ ...event, detail }) ?? [],
      );
      const [row] = change.rows;
      if (change.kind !== "insert" || !row) return events;
      if (change.table === session) return [...checksOfSession(options, row.userId as string, at), ...events];
      if (change.table === account) return [...statementsOfLink(options, row, flow), ...events];
      const { id, email, emailVerified } = row as { id: string; email: string; emailVerified: boolean };
      const first = emailVerified ? [] : ((await welcome?.({ id, email })) ?? []);
      return [...((flow?.onUserCreated ?? options.onUserCreated)?.(id) ?? []), ...first, ...events];
    },
  };
}

/** A user who signs up is new. */
function checksOfSession(options: AuthOptions, userId: string, { path }: Whereabouts): SqlQuery[] {
  return path.startsWith("/sign-up/") ? [] : (options.onSessionCreated?.(userId) ?? []);
}

/** An account at a provider for a user who was there before. */
function isLink(flow: OAuthFlow | undefined): flow is OAuthFlow {
  return flow !== undefined && flow.onUserCreated === undefined;
}

function statementsOfLink(options: AuthOptions, row: Record<string, unknown>, flow: OAuthFlow | undefined): SqlQuery[] {
  if (!isLink(flow)) return [];
  flow.linked = true;
  const link = { userId: row.userId as string, accountId: row.id as string, explicit: flow.links, name: flow.userName };
  return options.onAccountLinked?.(link) ?? [];
}

function linkIn(
  { kind, table, rows }: RowChange,
  { account }: AuthOptions["tables"],
  flow: OAuthFlow | undefined,
  { address }: Whereabouts,
): AccountEvent[] {
  if (kind !== "insert" || table !== account || !isLink(flow)) return [];
  return rows.map((row) => ({ type: "account_link" as const, userId: row.userId as string, address }));
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
  const type = kind === "delete" ? ENDS[path] : SIGN_INS.test(path) ? ("sign_in" as const) : undefined;
  if (!type) return [];
  return rows.map((row) => ({ type, userId: row.userId as string, address, sessionId: row.id as string }));
}
