import type { DBAdapter, Where } from "@better-auth/core/db/adapter";
import { addressIn, PlinthError } from "@plinth/core";
import { accountMadeMeanwhile, passedRefusal, passingRefusals } from "./auth-errors.ts";
import type { SignUpAmendment } from "./auth-reports.ts";

/** The maximum that one user can have. */
const MOST: Readonly<Record<string, { readonly most: number; readonly name: string }>> = {
  account: { most: 50, name: "linked accounts" },
  passkey: { most: 50, name: "passkeys" },
};

/** The id of no user. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

type Adapter = Omit<DBAdapter, "transaction">;
type Transaction = <T>(work: (inside: Adapter) => Promise<T>) => Promise<T>;

/** How an anonymous user gets an account. */
interface Upgrades {
  /** The anonymous user whose request it is. */
  anonymousUser(): string | undefined;
  /** Throws if the account is not allowed. For new users this is checked earlier. Returns what is amended of it. */
  admit(email: string | null): Promise<SignUpAmendment["account"]>;
}

/**
 * The adapter of one pool of accounts: everything that is read or written carries the pool, so that nothing which
 * better-auth or a plugin looks up can belong to another one. Its tables all have the column `workspaceId`. An account that an
 * anonymous user makes is that user's own row, with all that an account has, and whatever gives that user a sign-in method
 * makes one.
 */
export function poolAdapter(adapter: DBAdapter, pool: string, upgrades: Upgrades): DBAdapter {
  return {
    ...adapter,
    ...within(adapter, pool, upgrades, (work) => adapter.transaction(work)),
    // The batch fails at its end, and sign-in by a provider hides the error.
    transaction: (work) =>
      passingRefusals(() =>
        adapter.transaction((inside) => {
          const own = within(inside, pool, upgrades, (join) => join(inside));
          return work({ ...inside, ...own } as typeof inside);
        }),
      ),
  };
}

function within(adapter: Adapter, pool: string, { anonymousUser, admit }: Upgrades, transaction: Transaction): Adapter {
  const own = (where: readonly Where[] = []): Where[] => {
    // Whether one more condition narrows an alternative is the adapter's decision, and nothing here asks for one.
    if (where.some(({ connector }) => connector === "OR")) {
      throw new Error("A pool of accounts is not read by alternatives: they could reach beyond its workspace.");
    }
    return [...where, { field: "workspaceId", value: pool }];
  };
  const inPool = <T extends { data: Record<string, unknown> }>(given: T): T => ({
    ...given,
    data: { ...given.data, workspaceId: pool },
  });
  const upgrade = async (inside: Adapter, id: string, update: Record<string, unknown>) => {
    const where = own([
      { field: "id", value: id },
      { field: "isAnonymous", value: true },
    ]);
    const upgraded = await inside.update({
      model: "user",
      where,
      update: { ...staying(update), isAnonymous: false },
    });
    if (upgraded === null) throw accountMadeMeanwhile();
    return upgraded as never;
  };
  const requireRoom = async ({ model, data }: { model: string; data: Record<string, unknown> }): Promise<void> => {
    const limit = MOST[model];
    if (!limit) return;
    const where = own([{ field: "userId", value: String(data.userId) }]);
    if ((await adapter.count({ model, where })) < limit.most) return;
    const message = `An account can have at most ${limit.most} ${limit.name}: remove one first.`;
    throw passedRefusal(new PlinthError("LIMIT_EXCEEDED", message));
  };
  const isAnonymous = async (where: readonly Where[]): Promise<string | undefined> => {
    const user = await adapter.findOne<{ id: string; isAnonymous?: boolean }>({ model: "user", where: own(where) });
    return user?.isAnonymous ? user.id : undefined;
  };
  return {
    ...adapter,
    create: async (given) => {
      await requireRoom(given);
      const id = anonymousUser();
      if (id !== undefined && given.model === "user") return upgrade(adapter, id, accountIn(given.data));
      if (id === undefined || given.model !== "passkey" || given.data.userId !== id) {
        return adapter.create(inPool(given));
      }
      // The plugin hides all errors except those of its own library.
      return passingRefusals(async () => {
        const amended = await admit(null);
        return transaction(async (inside) => {
          await upgrade(inside, id, amended);
          return inside.create(inPool(given));
        });
      });
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
    update: async (given) => {
      const { model, where, update } = given;
      // If the user was anonymous when the request arrived, it must not change an account that another request has created meanwhile.
      const id = model === "user" && givesMethod(update) ? (anonymousUser() ?? (await isAnonymous(where))) : undefined;
      if (id === undefined) return adapter.update({ ...given, where: own(where), update: staying(update) });
      const amended = await admit(typeof update.email === "string" ? addressIn(update.email) : null);
      return upgrade(adapter, id, { ...update, ...amended });
    },
    updateMany: (given) => adapter.updateMany({ ...given, where: own(given.where), update: staying(given.update) }),
    delete: (given) => adapter.delete({ ...given, where: own(given.where) }),
    deleteMany: (given) => adapter.deleteMany({ ...given, where: own(given.where) }),
    consumeOne: (given) => adapter.consumeOne({ ...given, where: own(given.where) }),
    incrementOne: (given) => adapter.incrementOne({ ...given, where: own(given.where) }),
  };
}

/** A user with a proven address or number can sign in with it. */
function givesMethod({ email, phone }: Record<string, unknown>): boolean {
  return typeof email === "string" || typeof phone === "string";
}

/** What an anonymous user gets from the account that would be made: the id stays, and with it all that refers to it. */
function accountIn({ id: _, createdAt: __, email, name, ...data }: Record<string, unknown>): Record<string, unknown> {
  const address = typeof email === "string" ? addressIn(email) : null;
  const given = { ...data, name: name || undefined, email: address ?? undefined };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Nothing moves to another pool. */
function staying<T extends Record<string, unknown>>(update: T): T {
  const { workspaceId: _, ...rest } = update;
  return rest as T;
}
