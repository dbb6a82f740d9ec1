import { withAdmin } from "./harness.ts";
import { mainPath } from "./main-path.ts";

/** On Cloudflare Workers over D1. */

mainPath(await withAdmin({ empty: true, engine: "workerd × D1" }));
