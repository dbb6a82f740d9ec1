import { fromNpm } from "../peers/install.ts";
import { programQueue } from "./program-queue.ts";
import type { Queue } from "./queue.ts";
import { startProgram } from "./worker-program.ts";

const VERSION = "12.38.0";

export interface PgBossOptions {
  readonly node: string;
  readonly database: string;
  readonly concurrency: number;
}

/** One program that stores jobs, and one that does them. */
export async function pgBossQueue({ node, database, concurrency }: PgBossOptions): Promise<Queue> {
  const installed = await fromNpm("pg-boss", VERSION);
  if ("missing" in installed) throw new Error(`pg-boss: ${installed.missing}`);
  const command = [node, `${import.meta.dir}/../peers/pg-boss.mjs`, installed.path, database, String(concurrency)];
  const sender = await startProgram(command, () => {});
  return programQueue({
    name: `pg-boss ${VERSION} on Postgres`,
    worker: command,
    send: (n) => sender.ask("send", { n }),
    insert: (from, count) => sender.ask("insert", { from, count }),
    close: () => sender.kill(),
  });
}
