import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NeonServer, startNeonServer } from "../support/neon-server.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { s3Settings, startS3, type TestS3 } from "../support/s3-server.ts";
import { findDeno, findNode } from "./programs.ts";

/** What the targets of one run share: programs, a Postgres server, and room for data. */
export interface Lab {
  readonly node: string | undefined;
  readonly deno: string | undefined;
  readonly postgres: TestPostgres | undefined;
  /** An empty folder. */
  folder(): string;
  /** The URL of an empty database. */
  database(): Promise<string>;
  /** An empty database behind Neon's HTTP protocol. */
  neon(): Promise<{ url: string; endpoint: string }>;
  /** The settings of a host that keeps its files in S3, in an empty bucket. */
  s3(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

/** A secret for the hosts that are given one. */
export const SECRET = "matrix-".padEnd(40, "x");

export async function openLab(options: { postgres: boolean }): Promise<Lab> {
  const postgres = options.postgres ? await startPostgres() : undefined;
  const folders: string[] = [];
  const servers: NeonServer[] = [];
  let s3: Promise<TestS3> | undefined;
  const clean = () => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", clean);
  // A server that is given from outside may serve several runs at once.
  let databases = 0;
  const database = () => postgres!.createDatabase(`plinth_${process.pid}_${++databases}`);
  return {
    node: findNode(),
    deno: findDeno(),
    postgres,
    folder() {
      const folder = mkdtempSync(join(tmpdir(), "plinth-host-"));
      folders.push(folder);
      return folder;
    },
    database,
    async neon() {
      const server = await startNeonServer({ databaseUrl: await database() });
      servers.push(server);
      return server;
    },
    async s3() {
      s3 ??= startS3();
      return s3Settings(await s3);
    },
    async close() {
      await s3?.then(
        (server) => server.stop(),
        () => undefined,
      );
      for (const server of servers) await server.close();
      await postgres?.stop();
      process.off("exit", clean);
      clean();
    },
  };
}
