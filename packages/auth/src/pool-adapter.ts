import type { DBAdapter, Where } from "@better-auth/core/db/adapter";
import { isPlaceholderAddress } from "@plinth/core";
import { accountMadeMeanwhile } from "./auth-errors.ts";

/** The id of no user. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

type Adapter = Omit<DBAdapter, "transaction">;

/**
 * The adapter of one pool of accounts: everything that is read or written carries the pool, so that nothing which
 * better-auth or a plugin looks up can belong to another one. Its tables all have the column `workspaceId`. An account that an
 * anonymous user makes is that user's own row, with all that an account has.
 */
export function poolAdapter(adapter: DBAdapter, pool: string, anonymousUser: () => string | undefined): DBAdapter {
  return {
    ...adapter,
    ...within(adapter, pool, anonymousUser),
    transaction: (work) =>
      adapter.transaction((inside) => work({ ...inside, ...within(inside, pool, anonymousUser) } as typeof inside)),
  };
}

function within(adapter: Adapter, pool: string, anonymousUser: () => string | undefined): Adapter {
  const own = (where: readonly Where[] = []): Where[] => {
    // Whether one more condition narrows an alternative is the adapter's decision, and nothing here asks for one.
    if (where.some(({ connector }) => connector === "OR")) {
      throw new Error("A pool of accounts is not read by alternatives: they could reach beyond its workspace.");
    }
    return [...where, { field: "workspaceId", value: pool }];
  };
  return {
    ...adapter,
    create: async (given) => {
      const id = given.model === "user" ? anonymousUser() : undefined;
      if (id === undefined) return adapter.create({ ...given, data: { ...given.data, workspaceId: pool } });
      const where = own([
        { field: "id", value: id },
        { field: "isAnonymous", value: true },
      ]);
      const upgraded = await adapter.update({ model: "user", where, update: upgradeBy(given.data) });
      if (upgraded === null) throw accountMadeMeanwhile();
      return upgraded as never;
    },
    findOne: async (given) => {
      const found = await adapter.findOne({ ...given, where: own(given.where) });
      // An account that is not there costs the same statements as one that is: the time of a sign-in must not tell.
      if (found === null && given.model === "user" && given.join?.account) {
        await adapter.findMany({ model: "account", where: own([{ field: "userId", value: NOBODY }]), limit: 1 });
      }
      return found as never;
    },
    findMany: (given) => adapter.findMany({ ...given, where: own(given.where) }),
    count: (given) => adapter.count({ ...given, where: own(given.where) }),
    update: (given) => adapter.update({ ...given, where: own(given.where), update: staying(given.update) }),
    updateMany: (given) => adapter.updateMany({ ...given, where: own(given.where), update: staying(given.update) }),
    delete: (given) => adapter.delete({ ...given, where: own(given.where) }),
    deleteMany: (given) => adapter.deleteMany({ ...given, where: own(given.where) }),
    consumeOne: (given) => adapter.consumeOne({ ...given, where: own(given.where) }),
    incrementOne: (given) => adapter.incrementOne({ ...given, where: own(given.where) }),
  };
}

/** What an anonymous user gets from the account that would be made: the id stays, and with it all that refers to it. */
function upgradeBy({ id: _, createdAt: __, email, name, ...data }: Record<string, unknown>): Record<string, unknown> {
  const given = Object.entries({ ...data, name: name || undefined }).filter(([, value]) => value !== undefined);
  const address = typeof email === "string" && !isPlaceholderAddress(email) ? { email } : {};
  return staying({ ...Object.fromEntries(given), ...address, isAnonymous: false });
}

/** Nothing moves to another pool. */
function staying<T extends Record<string, unknown>>(update: T): T {
  const { workspaceId: _, ...rest } = update;
  return rest as T;
}
