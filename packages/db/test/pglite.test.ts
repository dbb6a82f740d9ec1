import { pglite } from "@plinth/adapters-postgres/pglite";
import { conditionSuite } from "./condition-suite.ts";
import { sortSuite } from "./sort-suite.ts";

conditionSuite("PGlite", () => pglite({ memory: true }), 30);
sortSuite("PGlite", () => pglite({ memory: true }), 30);
