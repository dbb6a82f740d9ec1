import { pglite } from "@plinth/adapters-postgres/pglite";
import { conditionSuite } from "./condition-suite.ts";
import { mergeSuite } from "./merge-suite.ts";
import { sortSuite } from "./sort-suite.ts";
import { useWorld } from "./world.ts";

const world = useWorld(() => pglite({ memory: true }));

conditionSuite("PGlite", world, 30);
sortSuite("PGlite", world, 30);
mergeSuite("PGlite", world, 30);
