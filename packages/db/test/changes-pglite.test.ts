import { memoryPglite } from "@plinth/adapters-postgres/testing";
import { changesSuite } from "./changes-suite.ts";

changesSuite("PGlite", memoryPglite, 30);
