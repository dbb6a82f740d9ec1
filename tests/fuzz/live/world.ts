/** One workspace with real users, sessions and keys, and the broker that serves those who follow it. */
import { PlinthError, type Principal, ROLE_ADMIN, ROLE_PUBLIC, type SqlQuery } from "@plinth/core";
import { testConfig } from "@plinth/core/testing";
import type { Caller } from "../case.ts";
import type { Engine as Database } from "../engines/index.ts";
import {
  brokerOptions,
  type Credential,
  comparePositions,
  contextOf,
  createEngine,
  createKey,
  type Engine,
  type Grant,
  type RequestContext,
  renewGrant,
  SubscriptionBroker,
  userPrincipal,
  type WorkspaceSubscribers,
} from "../plinth.ts";
import { EDITOR, makeWorkspace, newWorkspaceId, START, tablesOf, USER_IDS } from "../run-case.ts";
import type { LiveCase } from "./case.ts";

export type User = keyof typeof USER_IDS;

/** What a subscription comes with: a key, a session, or nothing. */
export interface Ticket {
  readonly caller: Caller;
  readonly id: string;
  revoked: boolean;
}

export interface World {
  readonly engine: Engine;
  readonly database: Database;
  readonly broker: SubscriptionBroker;
  readonly subscribers: WorkspaceSubscribers;
  readonly roles: Record<User, string[]>;
  /** What the engine has logged as its own fault. */
  readonly faults: string[];
  scopeOf(caller: Caller): Promise<RequestContext>;
  admit(caller: Caller): Promise<Ticket>;
  /** Refuses where the ticket no longer holds. */
  enter(ticket: Ticket): Promise<{ ctx: RequestContext; grant: Grant }>;
  /** The newest change, also where readers may not be given it yet. */
  lastPosition(): Promise<string>;
  /** Collections by id. */
  changedSince(position: string): Promise<Set<string>>;
  /** Resolves when every change in the log has been sent to every subscriber. */
  caughtUp(idle: () => boolean): Promise<boolean>;
  close(): Promise<void>;
}

const GATHER_MS = 1;
const SETTLE_MS = 120_000;
const FAR = START + 100 * 365 * 86_400_000;

export async function openLiveWorld(
  database: Database,
  { page, spare = 2 }: Pick<LiveCase, "page" | "spare">,
): Promise<World> {
  const { driver } = database;
  let now = START;
  const faults: string[] = [];
  const silent = (): void => {};
  const fault = (message: string, context?: object): void => {
    const { error } = (context ?? {}) as { error?: unknown };
    faults.push(
      error instanceof Error ? `${message}: ${error.message} ${error.stack?.split("\n")[1]?.trim()}` : message,
    );
  };
  const log = { debug: silent, info: silent, warn: silent, error: fault };
  const engine = createEngine({ config: testConfig(), clock: { now: () => now }, log });
  const workspaceId = newWorkspaceId();
  await makeWorkspace(driver, workspaceId);
  await driver.batch(peopleOf(workspaceId));
  const roles: Record<User, string[]> = { alice: [EDITOR], bob: [] };
  const options = brokerOptions(engine, driver);
  const { reader } = options;
  const read: typeof reader.read = (id, after, how) =>
    reader.read(id, after, { ...how, limit: Math.min(how.limit, page) });
  const broker = new SubscriptionBroker({
    ...options,
    reader: { head: reader.head, read },
    gatherMs: GATHER_MS,
    spareRows: spare,
  });
  const subscribers = await broker.subscribersOf(workspaceId);
  let tickets = 0;

  const principalOf = (caller: Caller, id = "key"): Principal => {
    const nobody = { workspaceId, roles: [ROLE_PUBLIC], bypass: false };
    if (caller === "anonymous") return { ...nobody, kind: "anonymous" };
    if (caller === "admin") return { ...nobody, kind: "key", id, bypass: true };
    return userPrincipal({ id: USER_IDS[caller], workspaceId, email: emailOf(caller) }, { roles: roles[caller] });
  };
  const contextAs = async (principal: Principal): Promise<RequestContext> => {
    now++;
    const catalog = await engine.catalogs.get(driver, workspaceId);
    return { ...contextOf(engine, driver, principal, catalog), requestId: `request-${now}` };
  };
  const world: World = {
    engine,
    database,
    broker,
    subscribers,
    roles,
    faults,
    scopeOf: (caller) => contextAs(principalOf(caller)),
    async admit(caller) {
      if (caller === "anonymous") return { caller, id: "", revoked: false };
      if (caller === "admin") {
        const { id } = await createKey(await world.scopeOf("admin"), { name: "fuzz", kind: "secret" });
        return { caller, id, revoked: false };
      }
      const id = `${workspaceId}-${++tickets}`;
      await driver.run(sessionOf(workspaceId, id, USER_IDS[caller]));
      return { caller, id, revoked: false };
    },
    async enter({ caller, id, revoked }) {
      if (revoked) throw new PlinthError(caller === "admin" ? "INVALID_API_KEY" : "INVALID_TOKEN");
      const held: Credential = caller === "admin" ? { kind: "key", id, version: 1 } : { kind: "session", id };
      const credential: Credential = caller === "anonymous" ? { kind: "none" } : held;
      // With all that the server knows of a session's user: it is what a renewal of rights compares.
      const grant = await renewGrant(engine, driver, { principal: principalOf(caller, id), credential });
      return { ctx: await contextAs(grant.principal), grant };
    },
    lastPosition: async () => (await lastPosition(database)) ?? reader.head(workspaceId),
    async changedSince(position) {
      const { changes } = await reader.read(workspaceId, position, { limit: 5000 });
      return new Set(changes.map(({ collectionId }) => collectionId));
    },
    async caughtUp(idle) {
      const end = Date.now() + SETTLE_MS;
      const target = await world.lastPosition();
      for (let quiet = 0; quiet < 2; ) {
        if (Date.now() > end) return false;
        const reached = comparePositions(subscribers.tail.position, target) >= 0;
        if (!reached) subscribers.tail.wake();
        quiet = reached && subscribers.idle && idle() ? quiet + 1 : 0;
        await new Promise((resolve) => setTimeout(resolve, quiet > 0 ? 0 : 1));
      }
      return true;
    },
    async close() {
      broker.close();
      await database.clear(await tablesOf(engine, driver, workspaceId));
    },
  };
  return world;
}

async function lastPosition({ driver }: Database): Promise<string | undefined> {
  const [xid, order] = driver.dialect === "sqlite" ? ["0", "seq desc"] : ["xid", "xid desc, seq desc"];
  const sql = `select cast(${xid} as text) as x, cast(seq as text) as s from plinth_changes order by ${order} limit 1`;
  const [row] = await driver.all({ sql, params: [] });
  return row && `1.${row.x}.${row.s}`;
}

function emailOf(user: User): string {
  return `${user}@example.com`;
}

/** Users have the same ids in every case, so those of the last one give way. */
function peopleOf(workspaceId: string): SqlQuery[] {
  const plain = (sql: string): SqlQuery => ({ sql, params: [] });
  const users = Object.entries(USER_IDS) as [User, string][];
  const text = (value: string): string => `'${value}'`;
  return [
    plain(
      `insert into plinth_roles (id, workspace_id, name, created_at) values ('${workspaceId}-a', '${workspaceId}', '${ROLE_ADMIN}', 0)`,
    ),
    plain(`delete from plinth_user_roles where user_id in (${users.map(([, id]) => text(id)).join(", ")})`),
    plain(`delete from plinth_sessions where user_id in (${users.map(([, id]) => text(id)).join(", ")})`),
    plain(`delete from plinth_users where id in (${users.map(([, id]) => text(id)).join(", ")})`),
    ...users.map(([name, id]) =>
      plain(
        `insert into plinth_users (id, workspace_id, name, email, email_verified, created_at, updated_at) values ('${id}', '${workspaceId}', '${name}', '${emailOf(name)}', 1, 0, 0)`,
      ),
    ),
    plain(
      `insert into plinth_user_roles (workspace_id, user_id, role) values ('${workspaceId}', '${USER_IDS.alice}', '${EDITOR}')`,
    ),
  ];
}

function sessionOf(workspaceId: string, id: string, userId: string): SqlQuery {
  const sql = `insert into plinth_sessions (id, workspace_id, user_id, token, expires_at, created_at, updated_at) values ('${id}', '${workspaceId}', '${userId}', '${id}', ${FAR}, 0, 0)`;
  return { sql, params: [] };
}
