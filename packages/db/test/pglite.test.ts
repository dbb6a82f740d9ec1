import { memoryPglite } from "@plinth/adapters-postgres/testing";
import { conditionSuite } from "./condition-suite.ts";
import { mergeSuite } from "./merge-suite.ts";
import { sortSuite } from "./sort-suite.ts";
import { useWorld } from "./world.ts";

const world = useWorld(memoryPglite);

conditionSuite("PGlite", world, 30);
sortSuite("PGlite", world, 30);
mergeSuite("PGlite", world, 30);
