import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { changesSuite } from "./changes-suite.ts";

changesSuite("SQLite", () => bunSqlite({ path: ":memory:" }), 100);
