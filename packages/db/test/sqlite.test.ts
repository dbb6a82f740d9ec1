import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { conditionSuite } from "./condition-suite.ts";
import { sortSuite } from "./sort-suite.ts";

conditionSuite("SQLite", () => bunSqlite({ path: ":memory:" }), 200);
sortSuite("SQLite", () => bunSqlite({ path: ":memory:" }), 200);
