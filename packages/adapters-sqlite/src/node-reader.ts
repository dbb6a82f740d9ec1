/** The program of a thread that reads, on Node and Deno. */
import { DatabaseSync } from "node:sqlite";
import { nodeStatements } from "./node-statement.ts";
import { serveReads } from "./serve-reads.ts";

serveReads((path) => {
  const database = new DatabaseSync(path, { readOnly: true });
  return {
    prepare: nodeStatements(database),
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
  };
});
