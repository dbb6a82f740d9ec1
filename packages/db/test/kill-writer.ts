/** A process for `changes-kill.test.ts` to kill: writes as fast as it can, and prints each answer. */

import { postgresJs } from "@plinth/adapters-postgres/postgres-js";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { type Mutation, uuidv7 } from "@plinth/core";
import { people } from "@plinth/core/testing";
import { sqlStore } from "@plinth/db";
import { NO_BINDINGS } from "./world.ts";

const [target = ""] = process.argv.slice(2);
const store = sqlStore(target.startsWith("postgres:") ? postgresJs({ url: target }) : bunSqlite({ path: target }));
const system = { created_at: "2024-05-01T10:00:00.000Z", updated_at: "2024-05-01T10:00:00.000Z", owner_id: null };

async function write(): Promise<void> {
  const mine: string[] = [];
  for (let n = 0; ; n++) {
    const id = uuidv7(Date.now());
    const boss = mine.at(-1) ?? null;
    const row = { id, name: "p", age: n, tags: null, boss, ...system, version: 1 };
    const trees: Mutation[] = [{ kind: "insert", collection: people, rows: [row] }];
    // Every third write deletes a row, which sets a boss to null.
    const gone = n % 3 === 2 ? mine.shift() : undefined;
    const field = people.byName.get("id")!;
    if (gone) {
      const where = { kind: "compare", ref: { field }, op: "eq", operand: { value: gone } } as const;
      trees.push({ kind: "delete", collection: people, where });
    }
    await store.mutate(trees, NO_BINDINGS, { actor: "user:u", requestId: id });
    mine.push(id);
    process.stdout.write(`${id}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, write));
