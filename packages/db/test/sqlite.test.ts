import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { conditionSuite } from "./condition-suite.ts";
import { mergeSuite } from "./merge-suite.ts";
import { sortSuite } from "./sort-suite.ts";
import { useWorld } from "./world.ts";

const world = useWorld(() => bunSqlite({ path: ":memory:" }));

conditionSuite("SQLite", world, 200);
sortSuite("SQLite", world, 200);
mergeSuite("SQLite", world, 200);
