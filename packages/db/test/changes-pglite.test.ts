import { pglite } from "@plinth/adapters-postgres/pglite";
import { changesSuite } from "./changes-suite.ts";

changesSuite("PGlite", () => pglite({ memory: true }), 30);
