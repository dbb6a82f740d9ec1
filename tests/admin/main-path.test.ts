import { withAdmin } from "./harness.ts";
import { mainPath } from "./main-path.ts";

/** As `npm start` runs it: Bun over SQLite. */

mainPath(await withAdmin({ empty: true }));
