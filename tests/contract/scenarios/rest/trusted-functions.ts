import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { INTERNALS, post, put, refused, type Scenario } from "../../scenario.ts";

/** Reads items, keeps a value, and looks for what is outside. */
const REACHES = `export default async ({ db, kv, request }) => {
  const { text } = await request.json();
  const { data } = await db.list("trusted_notes", { fields: ["text"] });
  await kv.set("last", text);
  const refused = await fetch("https://example.com/").catch(({ code }) => code);
  console.log("asked for", text);
  return { found: data.map((note) => note.text), kept: await kv.get("last"), refused, outside: typeof require };
};`;

const trusted = (source: string, more: object = {}) => ({
  source,
  runtime: "trusted",
  http: { auth: "public" },
  ...more,
});

export const scenarios: Scenario[] = [
  {
    name: "trusted functions: what it calls is what its version declares, and a loop ends it alone",
    skip: ({ trusted }) => (trusted ? undefined : "this host runs none"),
    as: as.anonymous,
    needs: [collection({ slug: "trusted_notes", fields: [{ name: "text", type: "text" }] })],
    given: [
      { as: as.secretKey, request: post("/api/items/trusted_notes", { text: "ä" }), expect: { status: 201 } },
      {
        as: as.secretKey,
        request: put("/api/deployments/trusted-reaches", {
          ...trusted(REACHES),
          permissions: { as: "system", actions: ["read"], collections: ["trusted_notes"], kv: ["own"] },
        }),
        expect: { status: 200, body: { data: { runtime: "trusted", version: 1 } } },
      },
      {
        as: as.secretKey,
        request: put("/api/deployments/trusted-loops", {
          ...trusted("export default () => {\n  for (;;);\n};"),
          limits: { cpu_ms: 50 },
        }),
        expect: { status: 200 },
      },
      {
        as: as.user("alice"),
        request: put("/api/deployments/trusted-loops", trusted("export default () => 1")),
        expect: refused(403, "FORBIDDEN"),
      },
      { request: post("/api/functions/trusted-loops", {}), expect: refused(500, "FUNCTION_FAILED") },
    ],
    request: post("/api/functions/trusted-reaches", { text: "one" }),
    expect: {
      status: 200,
      body: { data: { found: ["ä"], kept: "one", refused: "FORBIDDEN", outside: "undefined" } },
      excludes: INTERNALS,
    },
    then: [
      {
        as: as.secretKey,
        request: post("/api/deployments/trusted-reaches/rollback", { version: 1 }),
        expect: { status: 200, body: { data: { runtime: "trusted" } } },
      },
    ],
  },
  {
    name: "trusted functions: a host that cannot limit them refuses them by name, and goes on with the sandbox",
    skip: ({ trusted }) => (trusted ? "this host runs them" : undefined),
    as: as.secretKey,
    request: put("/api/deployments/trusted-refused", trusted("export default () => 1")),
    expect: { ...refused(422, "UNSUPPORTED_BY_ADAPTER"), contains: ["trustedFunctions"], excludes: INTERNALS },
    then: [
      {
        request: put("/api/deployments/trusted-refused", { source: "export default () => 1", runtime: "sandbox" }),
        expect: { status: 200, body: { data: { runtime: "sandbox", version: 1 } } },
      },
    ],
  },
];
