import { and, type Bindings, FULL_ACCESS, type Mutation, type Row, type Store } from "@plinth/core";
import { REPLICAS } from "../system/replicas.ts";
import { conditionsOn } from "./conditions.ts";

export interface ReplicaRow {
  readonly id: string;
  readonly push: number;
  readonly push_key: string;
  readonly pushed_at: number;
}

const { equals, isBelow, isAmong } = conditionsOn(REPLICAS);

/** The trees of a push: they fail its batch under the label where the push, or a later one, was done meanwhile. */
export function pushTrees(row: ReplicaRow, label: string): [Mutation, Mutation] {
  const where = and(equals({ id: row.id }), isBelow("push", row.push));
  const { id: _, ...set } = row;
  return [
    { kind: "guard", label, collection: REPLICAS, where, strict: true },
    { kind: "update", collection: REPLICAS, where, set: set as unknown as Row },
  ];
}

/** That of the first push of a copy: its batch fails where another request has done it meanwhile. */
export function firstPushTree(row: ReplicaRow, workspaceId: string): Mutation {
  return { kind: "insert", collection: REPLICAS, rows: [{ ...row, workspace_id: workspaceId, version: 1 }] };
}

export function replicas(store: Store, bindings: Bindings) {
  const find = async (where: ReturnType<typeof and>, limit: number): Promise<ReplicaRow[]> => {
    const tree = { collection: REPLICAS, policy: FULL_ACCESS, where, select: null, sort: [], limit: { value: limit } };
    return (await store.find(tree, bindings)).rows as unknown as ReplicaRow[];
  };
  return {
    async find(id: string): Promise<ReplicaRow | undefined> {
      return (await find(equals({ id }), 1))[0];
    },
    /** Deletes those that have pushed nothing since, up to a limit; returns whether there may be more. */
    async deleteUnused(since: number, limit: number): Promise<boolean> {
      const unused = isBelow("pushed_at", since);
      const ids = (await find(unused, limit)).map(({ id }) => id);
      if (ids.length === 0) return false;
      const where = and(isAmong("id", ids), unused);
      await store.mutate([{ kind: "delete", collection: REPLICAS, where }], bindings);
      return ids.length === limit;
    },
  };
}
