import { pglite } from "@plinth/adapters-postgres/pglite";
import { conditionSuite } from "./condition-suite.ts";

conditionSuite("PGlite", () => pglite({ memory: true }), 30);
