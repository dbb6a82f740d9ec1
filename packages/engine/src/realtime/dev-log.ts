// TEMPORARY: replaced by the real log.
import { type Change, type ChangeReader, FULL_ACCESS, type Mutation, PlinthError, type SqlDriver } from "@plinth/core";
import { storeOf } from "../engine.ts";

const logs = new WeakMap<SqlDriver, { changes: Change[]; wakes: Set<() => void> }>();

export function devLog(driver: SqlDriver) {
  const known = logs.get(driver);
  if (known) return known;
  const log = { changes: [] as Change[], wakes: new Set<() => void>() };
  logs.set(driver, log);
  const store = storeOf(driver);
  const mutate = store.mutate.bind(store);
  store.mutate = async (trees, bindings) => {
    const rows = async (tree: Mutation & { kind: "update" | "delete" }) =>
      (
        await store.find(
          {
            collection: tree.collection,
            access: FULL_ACCESS,
            where: tree.where,
            select: null,
            sort: [],
            limit: { value: 1000 },
          },
          bindings,
        )
      ).rows;
    const befores = await Promise.all(
      trees.map((tree) => (tree.kind === "update" || tree.kind === "delete" ? rows(tree) : [])),
    );
    const result = await mutate(trees, bindings);
    for (const [i, tree] of trees.entries()) {
      if (tree.kind === "find" || tree.kind === "guard") continue;
      const items = tree.kind === "insert" ? tree.rows : befores[i]!;
      for (const row of items) {
        const [after] =
          tree.kind === "delete"
            ? []
            : (
                await store.find(
                  {
                    collection: tree.collection,
                    access: FULL_ACCESS,
                    where: {
                      kind: "compare",
                      ref: { field: tree.collection.byName.get("id")! },
                      op: "eq",
                      operand: { value: row.id! },
                    },
                    select: null,
                    sort: [],
                    limit: { value: 1 },
                  },
                  bindings,
                )
              ).rows;
        log.changes.push({
          place: String(log.changes.length + 1),
          workspaceId: tree.collection.workspaceId,
          collectionId: tree.collection.id,
          item: row.id as string,
          operation: tree.kind,
          before: tree.kind === "insert" ? null : row,
          after: after ?? null,
          actor: null,
          requestId: null,
          at: new Date().toISOString(),
        });
      }
    }
    for (const wake of log.wakes) wake();
    return result;
  };
  return log;
}

export const comparePlaces = (a: string, b: string): number => Number(a) - Number(b);

export function changeReader(driver: SqlDriver): ChangeReader {
  const { changes } = devLog(driver);
  return {
    async head() {
      return String(changes.length);
    },
    async read(workspaceId, after, { limit }) {
      if (!/^\d+$/.test(after)) throw new PlinthError("GONE");
      const page = changes.slice(Number(after), Number(after) + limit);
      const next = page.at(-1)?.place ?? after;
      return {
        changes: page.filter((change) => change.workspaceId === workspaceId),
        next,
        more: Number(next) < changes.length,
      };
    },
  };
}
