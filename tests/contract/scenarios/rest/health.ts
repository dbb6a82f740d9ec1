import { as } from "../../as.ts";
import { aTimestamp, matching } from "../../match.ts";
import { answered, get, INTERNALS, ok, post, refused, type Scenario } from "../../scenario.ts";

const secrets = [...INTERNALS, "secret", "DATABASE_URL"];

export const scenarios: Scenario[] = [
  {
    name: "health: returns the engine and the time",
    as: as.anonymous,
    phase: "fresh",
    request: get("/health"),
    expect: {
      status: 200,
      body: {
        ok: true,
        dialect: matching(/^(sqlite|postgres)$/),
        ts: (ts) => aTimestamp(ts) || typeof ts === "number",
      },
      excludes: secrets,
    },
  },
  {
    name: "health: live",
    as: as.anonymous,
    phase: "fresh",
    request: get("/health/live"),
    expect: ok({ ok: true }),
  },
  {
    name: "health: ready once the database answers",
    as: as.anonymous,
    phase: "fresh",
    request: get("/health/ready"),
    expect: ok({ ok: true }),
  },
  {
    name: "start page: is a page",
    as: as.anonymous,
    request: get("/"),
    expect: {
      status: 200,
      contains: ["Plinth", "/api/openapi.json"],
      headers: { "content-type": /^text\/html/ },
      excludes: [(c) => c.key("secret"), (c) => c.token("operator"), ...INTERNALS],
    },
  },
  {
    name: "routing: unknown page",
    as: as.anonymous,
    request: get("/no/such/page"),
    expect: refused(404, "NOT_FOUND"),
  },
  {
    name: "routing: unknown resource of the API",
    as: as.secretKey,
    request: get("/api/no-such-thing"),
    expect: refused(404, "NOT_FOUND"),
  },
  {
    name: "routing: a method that the address lacks",
    as: as.anonymous,
    request: { method: "DELETE", path: "/health" },
    expect: { ...refused(405, "METHOD_NOT_ALLOWED"), headers: { allow: /GET/ } },
  },
  {
    name: "routing: the list of items has no PUT",
    as: as.secretKey,
    request: { method: "PUT", path: "/api/items/books", body: {} },
    expect: { ...refused(405, "METHOD_NOT_ALLOWED"), headers: { allow: /GET.*POST|POST.*GET/ } },
  },
  {
    name: "routing: /api/me cannot be posted to",
    as: as.user("alice"),
    request: post("/api/me", {}),
    expect: refused(405, "METHOD_NOT_ALLOWED"),
  },
  {
    name: "routing: every answer forbids browsers to guess its type, embed or keep it",
    as: as.secretKey,
    request: get("/health/live"),
    expect: answered(200),
    async verify(reply, world) {
      const paths = ["/api/items/books", "/api/items/books/export", "/api/nowhere", "/", "/api/openapi.json"];
      const replies = await Promise.all(paths.map((path) => world.send(as.secretKey, get(path))));
      for (const { headers } of [reply, ...replies]) {
        const sent = [headers.get("x-content-type-options"), headers.get("cross-origin-resource-policy")];
        if (sent.join() !== "nosniff,same-origin") throw new Error(`an answer with the headers ${sent.join()}`);
        if (!headers.has("cache-control")) throw new Error("an answer without cache-control");
      }
    },
  },
  {
    name: "routing: every answer has an id of its own",
    as: as.anonymous,
    request: get("/health/live"),
    expect: answered(200),
    async verify(reply, world) {
      const other = await world.send(as.anonymous, get("/health/live"));
      if (other.headers.get("x-request-id") === reply.headers.get("x-request-id")) throw new Error("two equal ids");
    },
  },
];
