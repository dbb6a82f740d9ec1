import { createClient } from "../../../../packages/client/src/index.ts";
import { as } from "../../as.ts";
import { CLIENT_PATHS, PLANTS, POTS, POTS_RULE, type Program } from "../../client-paths.ts";
import { collection } from "../../fixtures/collection.ts";
import { items, ok, type Scenario } from "../../scenario.ts";
import type { World } from "../../world.ts";

const pots = collection(POTS, { rules: [POTS_RULE] });
const plants = collection(PLANTS, { needs: [pots] });

/** A program whose only way to the server is the target's face. */
function programIn(world: World): Program {
  const { target } = world;
  const fetch: Program["fetch"] = (input, init) => target.fetch(new Request(input, init));
  const options = { url: target.baseUrl, transport: "sse", fetch: fetch as typeof globalThis.fetch } as const;
  return { fetch, mark: "", open: (key, more) => createClient({ ...options, key: world.key(key), ...more }) };
}

/** With the client in place of requests. */
export const scenarios: Scenario[] = Object.entries(CLIENT_PATHS).map(([name, take]) => ({
  name: `client: ${name}`,
  as: as.secretKey,
  needs: [plants],
  request: items("plants", { limit: "1" }),
  expect: ok(),
  verify: (_, world) => take(programIn(world)),
}));
