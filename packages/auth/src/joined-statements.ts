import type { JsonObject, SqlQuery } from "@plinth/core";
import { eventsOf, isLink, linkIn, NEW_CODES, upgradeOf } from "./account-events.ts";
import type { PoolOptions } from "./auth.ts";
import type { Upgrade } from "./auth-reports.ts";
import { browserStatements } from "./known-browsers.ts";
import { type OAuthFlow, providerIn } from "./oauth/flow.ts";
import { checksOfNewPassword, isNewPassword, isReset, NEW_PASSWORDS, turnOfNewPassword } from "./password-changes.ts";
import { ANONYMOUS_SIGN_IN_PATH } from "./sign-in-methods/anonymous.ts";
import { UPGRADE_METHODS } from "./sign-in-methods/methods.ts";
import type { Whereabouts } from "./whereabouts.ts";
import type { JoinedStatements, RowChange } from "./write-batch.ts";

/** The link of a sign-up's mail confirms an account as it is. */
const CONFIRMS = "/verify-email";

/** What a request says to the statements that join its writes. */
interface RequestOf {
  whereabouts(): Whereabouts;
  /** Of an account made by a sign-in method that has no form for sign-up. */
  admitted(request: object, userId: string): SqlQuery[];
  /** What is stored of the item of a new account. */
  profileOf(request: object): JsonObject | undefined;
  /** The stored hash by which the request has proven a password. */
  proofOf(request: object): string | undefined;
  /** The first mail of a new account. Absent: no mail is sent. */
  readonly welcome?: ((user: { id: string; email: string }) => Promise<SqlQuery[]>) | undefined;
  /** The sign-in by a provider that runs now. */
  oauth(): OAuthFlow | undefined;
}

/** What joins the writes of better-auth: records of what happened, the first mail, and checks of a new user and session. */
export function joinedStatements(
  options: PoolOptions,
  { whereabouts, admitted, profileOf, proofOf, welcome, oauth }: RequestOf,
): JoinedStatements {
  const { user, session, account, verification, twoFactor, passkey } = options.tables;
  const watched = {
    insert: [user, session, account, passkey],
    update: [user, session, account],
    delete: [session, twoFactor],
  };
  const browsersIn = browserStatements(options);
  return {
    usedOnce: verification,
    concerns: (kind, table) =>
      watched[kind].includes(table) || (kind === "update" && table === twoFactor && whereabouts().path === NEW_CODES),
    first(change) {
      const at = whereabouts();
      const upgraded = upgradedIn(change, options.tables);
      if (upgraded === undefined) {
        return [
          ...turnOfNewPassword(options, change, at),
          ...checksOfNewPassword(options, change, at, proofOf(at.request)),
        ];
      }
      return options.beforeUpgrade?.({ userId: upgraded, session: continuedBy(upgraded, at) }) ?? [];
    },
    stored: (change) => {
      if (writesProfile(change, options.tables)) options.onProfileStored?.();
      if (change.table === session && change.kind === "insert") options.onSignInStored?.();
      if (upgradedIn(change, options.tables) !== undefined) options.onUpgradeStored?.();
    },
    async for(change) {
      const at = whereabouts();
      const flow = oauth();
      const detail = providerIn(flow) ?? methodIn(at);
      const upgraded = upgradedIn(change, options.tables);
      // The first that is awaited, so that it begins in the order of the writes.
      const proofs = { upgraded, isNewPassword: isNewPassword(change, options.tables, at) };
      const browsers = await browsersIn(change, proofs, at);
      const happened = [
        ...eventsOf(change, options.tables, at),
        ...linkIn(change, options.tables, flow, at),
        ...upgradeOf(upgraded, at),
      ];
      const events = happened.flatMap((event) => options.onEvent?.({ ...event, detail }) ?? []);
      const [row] = change.rows;
      const accountOf = async (id: string, values: Readonly<Record<string, unknown>>): Promise<SqlQuery[]> => {
        const { email, emailVerified } = values as { email?: string; emailVerified?: boolean };
        const first = emailVerified || email === undefined ? [] : ((await welcome?.({ id, email })) ?? []);
        return [...admitted(at.request, id), ...((flow?.onUserCreated ?? options.onUserCreated)?.(id) ?? []), ...first];
      };
      if (upgraded !== undefined) events.push(...(await accountOf(upgraded, change.values ?? {})));
      if (writesProfile(change, options.tables)) {
        const isNew = upgraded !== undefined || (change.kind === "insert" && change.table === user);
        events.push(...(await profilesIn(options, change, isNew ? profileOf(at.request) : undefined)));
      }
      if (isReset(change, options.tables, at)) events.push(...(await resetsIn(options, change)));
      events.push(...browsers);
      if (change.kind !== "insert" || !row) {
        return [...endsOfTrust(options, change, at), ...claims(options, change, at), ...events];
      }
      if (change.table === session) {
        return [
          ...checksOfSession(options, row.userId as string, at, proofOf(at.request)),
          ...(await signedIn(options, row, at)),
          ...events,
        ];
      }
      if (change.table === account) {
        return [...statementsOfLink(options, row, flow), ...claims(options, change, at), ...events];
      }
      if (change.table === passkey) return events;
      return [...(await accountOf(row.id as string, row)), ...events];
    },
  };
}

/** The anonymous user who gets a sign-in method of its own by the change. */
function upgradedIn({ kind, table, rows, values }: RowChange, { user }: PoolOptions["tables"]): string | undefined {
  const [row] = rows;
  return kind === "update" && table === user && row?.isAnonymous && values?.isAnonymous === false
    ? (row.id as string)
    : undefined;
}

/** The session in which an anonymous user has just got an account, if it continues. */
function continuedBy(userId: string, { path, signedIn, sessionId }: Whereabouts): Upgrade["session"] {
  const methods = UPGRADE_METHODS[path];
  if (methods === undefined || signedIn !== userId || sessionId === undefined) return undefined;
  return { id: sessionId, methods, authenticatedAt: Date.now() };
}

function methodIn({ path }: Whereabouts): { method: string } | undefined {
  return path === ANONYMOUS_SIGN_IN_PATH ? { method: "anonymous" } : undefined;
}

/** A person who proves the address of an account that somebody else has signed up takes it over, with a name. */
const PROFILE = ["name", "email", "image", "emailVerified"];

/** A new account at a provider may take a user over, with a name. */
function writesProfile({ kind, table, values }: RowChange, { user, account }: PoolOptions["tables"]): boolean {
  if (kind === "insert") return table === user || table === account;
  return table === user && kind === "update" && PROFILE.some((name) => values?.[name] !== undefined);
}

/** What follows the accounts. */
async function profilesIn(
  { tables, onProfileWritten }: PoolOptions,
  { table, rows }: RowChange,
  amended: JsonObject | undefined,
): Promise<SqlQuery[]> {
  if (!onProfileWritten) return [];
  const ids = rows.map((row) => (table === tables.user ? row.id : row.userId) as string);
  return (await Promise.all(ids.map((id) => onProfileWritten(id, amended)))).flat();
}

/** A user who signs up is new, and a changed password differs from the proven one. */
function checksOfSession(
  options: PoolOptions,
  userId: string,
  { path }: Whereabouts,
  proof: string | undefined,
): SqlQuery[] {
  if (path.startsWith("/sign-up/") || path === ANONYMOUS_SIGN_IN_PATH) return [];
  return options.onSessionCreated?.(userId, NEW_PASSWORDS[path] ? undefined : proof) ?? [];
}

/** A user who is signed in gets a session in place of the one before. */
async function signedIn(
  { onSignedIn }: PoolOptions,
  row: Record<string, unknown>,
  { address, signedIn: current }: Whereabouts,
): Promise<SqlQuery[]> {
  const { id, userId, methods, userAgent } = row as Record<string, string | null>;
  if (!onSignedIn || userId === current) return [];
  const how = methods?.split(" ") ?? [];
  return onSignedIn({ userId: userId!, sessionId: id!, methods: how, address, userAgent: userAgent || null });
}

function statementsOfLink(options: PoolOptions, row: Record<string, unknown>, flow: OAuthFlow | undefined): SqlQuery[] {
  if (!isLink(flow)) return [];
  flow.linked = true;
  const link = {
    userId: row.userId as string,
    accountId: row.id as string,
    explicit: flow.linkedBy !== undefined,
    name: flow.userName,
  };
  return options.onAccountLinked?.(link) ?? [];
}

async function resetsIn({ onPasswordReset }: PoolOptions, { rows }: RowChange): Promise<SqlQuery[]> {
  return (await Promise.all(rows.map((row) => onPasswordReset?.(row.userId as string) ?? []))).flat();
}

/** Trusted browsers, and sign-ins that wait for a code, end when the second factor or the password changes. */
function endsOfTrust(options: PoolOptions, change: RowChange, at: Whereabouts): SqlQuery[] {
  const { kind, table, rows } = change;
  const ends = (kind === "delete" && table === options.tables.twoFactor) || isNewPassword(change, options.tables, at);
  return ends ? rows.flatMap((row) => options.onTrustEnded?.(row.userId as string) ?? []) : [];
}

/**
 * The only code by which an account goes to the owner of its address: the person who signed it up before without being that
 * keeps no password, session, second factor or passkey.
 */
function claims({ onAddressProven, tables }: PoolOptions, change: RowChange, at: Whereabouts): SqlQuery[] {
  const { kind, table, rows, values = {} } = change;
  if (isReset(change, tables, at)) {
    return rows.flatMap((row) => onAddressProven({ userId: row.userId as string, accountId: row.id as string }));
  }
  if (kind !== "update" || table !== tables.user || values.emailVerified !== true || at.path === CONFIRMS) return [];
  return (
    rows
      // Nobody but the anonymous user itself had a part in it.
      .filter((row) => !row.emailVerified && !row.isAnonymous)
      .flatMap((row) => onAddressProven({ userId: row.id as string, isVerified: true }))
  );
}
