import { withAdmin } from "./harness.ts";
import { mainPath } from "./main-path.ts";

/** On Node over Postgres. */

mainPath(await withAdmin({ empty: true, engine: "node × postgres" }));
