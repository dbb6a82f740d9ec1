/** The far end of `remoteDriver` over node:sqlite: bundled, and run by Node. */
import { createInterface } from "node:readline";
import { DataError } from "@plinth/core";
import { nodeSqlite } from "../../../packages/adapters-sqlite/src/node.ts";
import { type Answer, decode, encode, type Request } from "./wire.ts";

const driver = nodeSqlite({ path: ":memory:" });

const { name, dialect, capabilities } = driver;
process.stdout.write(`${encode({ value: { name, dialect, capabilities } })}\n`);

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${encode(await answer(decode(line) as Request))}\n`);
}

async function answer({ kind, queries }: Request): Promise<Answer> {
  try {
    if (kind === "all") return { value: { rows: await driver.all(queries[0]!), changes: 0 } };
    if (kind === "run") return { value: await driver.run(queries[0]!) };
    return { value: await driver.batch(queries) };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const { statementIndex, columns, guard } = error;
    const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
    return {
      error: {
        kind: error.kind,
        message: `${error.message}${cause}`,
        ...(statementIndex !== undefined && { statementIndex }),
        ...(columns && { columns }),
        ...(guard !== undefined && { guard }),
      },
    };
  }
}
