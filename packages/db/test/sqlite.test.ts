import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { conditionSuite } from "./condition-suite.ts";

conditionSuite("SQLite", () => bunSqlite({ path: ":memory:" }), 200);
