/** The program of a thread that reads, on Bun. */
import { Database } from "bun:sqlite";
import { bunStatements } from "./bun-statement.ts";
import { serveReads } from "./serve-reads.ts";

serveReads((path) => {
  const database = new Database(path, { readonly: true });
  return {
    prepare: bunStatements(database),
    exec: (sql) => database.run(sql),
    close: () => database.close(),
  };
});
