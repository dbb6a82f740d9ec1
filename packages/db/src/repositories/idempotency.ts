import {
  and,
  type Bindings,
  type Condition,
  DataError,
  FULL_ACCESS,
  type Mutation,
  type Row,
  type Store,
} from "@plinth/core";
import { IDEMPOTENCY_KEYS as KEYS } from "../system/idempotency.ts";
import { conditionsOn } from "./conditions.ts";

const { equals, isBelow, isNull, isAmong } = conditionsOn(KEYS);

/** Trees read and write idempotency keys, so that a lock is in the batch of the write that it protects. */
export interface IdempotencyKey {
  readonly id: string;
  readonly hash: string;
  readonly state: "claimed" | "committed";
  readonly token: string;
  readonly lease_until: number;
  readonly outcome: string | null;
  readonly status: number | null;
  readonly etag: string | null;
  readonly body: string | null;
  /** Null: a version that did not store it made the row. */
  readonly request_id: string | null;
  readonly created_at: number;
}

/** The values that a lock holder or its answer sets. */
export type KeyValues = Partial<Omit<IdempotencyKey, "id">>;

type Update = Extract<Mutation, { kind: "update" }>;

export interface LockTrees {
  /** Fails the batch under the label where another request has taken the key over. */
  readonly guard: Extract<Mutation, { kind: "guard" }>;
  set(values: KeyValues): Update;
}

export function lockTrees(id: string, token: string, label: string): LockTrees {
  const where = isLockedBy(id, token);
  return {
    guard: { kind: "guard", label, collection: KEYS, where, strict: true },
    set: (values) => ({ kind: "update", collection: KEYS, where, set: { ...values } as Row }),
  };
}

export function idempotencyKeys(store: Store, bindings: Bindings) {
  const mutate = async (tree: Mutation): Promise<number> => (await store.mutate([tree], bindings))[0]!.changes;
  const find = async (where: Condition, limit: number, select: string[] | null): Promise<Row[]> => {
    const tree = { collection: KEYS, policy: FULL_ACCESS, where, select, sort: [], limit: { value: limit } };
    return (await store.find(tree, bindings)).rows;
  };
  return {
    /** False where the key exists already. */
    async insert(
      key: Pick<IdempotencyKey, "id" | "hash" | "token" | "lease_until" | "request_id" | "created_at">,
      workspaceId: string,
    ) {
      const row: Row = {
        id: key.id,
        workspace_id: workspaceId,
        hash: key.hash,
        state: "claimed",
        token: key.token,
        lease_until: key.lease_until,
        outcome: null,
        status: null,
        etag: null,
        body: null,
        request_id: key.request_id,
        created_at: key.created_at,
        version: 1,
      };
      try {
        await mutate({ kind: "insert", collection: KEYS, rows: [row] });
        return true;
      } catch (error) {
        if (error instanceof DataError && error.kind === "unique") return false;
        throw error;
      }
    },
    async find(id: string): Promise<IdempotencyKey | undefined> {
      const [row] = await find(equals({ id }), 1, null);
      return row as unknown as IdempotencyKey | undefined;
    },
    /** Only if it is unchanged since it was read: a late lock holder has not saved anything since. */
    async change(key: IdempotencyKey, set: KeyValues): Promise<boolean> {
      return (await mutate({ kind: "update", collection: KEYS, where: isStill(key), set: { ...set } as Row })) > 0;
    },
    async delete(key: IdempotencyKey): Promise<void> {
      await mutate({ kind: "delete", collection: KEYS, where: isStill(key) });
    },
    /** The first answer stays: false where there is one. */
    async saveAnswer(id: string, answer: KeyValues): Promise<boolean> {
      const where = and(equals({ id }), isNull("body"));
      return (await mutate({ kind: "update", collection: KEYS, where, set: { ...answer } as Row })) > 0;
    },
    /** Frees the key; if a checkpoint was saved, for a request that continues from there. */
    async release(id: string, token: string): Promise<void> {
      const where = isLockedBy(id, token);
      const trees: Mutation[] = [
        { kind: "delete", collection: KEYS, where: and(where, isNull("outcome")) },
        { kind: "update", collection: KEYS, where, set: { lease_until: 0 } },
      ];
      await store.mutate(trees, bindings);
    },
    /** Deletes old keys that are not locked, up to a limit; returns whether there may be more. */
    async deleteExpired(before: { createdAt: number; leaseUntil: number }, limit: number): Promise<boolean> {
      const expired = and(isBelow("created_at", before.createdAt), isBelow("lease_until", before.leaseUntil));
      const ids = (await find(expired, limit, ["id"])).map((row) => row.id as string);
      if (ids.length === 0) return false;
      const among = isAmong("id", ids);
      // A key that was locked again since then stays.
      await mutate({ kind: "delete", collection: KEYS, where: and(among, expired) });
      return ids.length === limit;
    },
  };
}

function isLockedBy(id: string, token: string): Condition {
  return equals({ id, token, state: "claimed" });
}

function isStill({ id, token, state, lease_until }: IdempotencyKey): Condition {
  return equals({ id, token, state, lease_until });
}
