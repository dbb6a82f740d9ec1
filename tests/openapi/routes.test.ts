import { expect, test } from "bun:test";
import { createRoutes } from "../../apps/server/src/app.ts";
import { NATIVE } from "../../apps/server/src/http/native.ts";
import { HOSTED_PAGES } from "../../apps/server/src/pages/hosted/routes.ts";
import { PROTOCOLS } from "../../apps/server/src/protocols/index.ts";
import { testApp } from "../../apps/server/src/testing/app.ts";
import { systemClock } from "../../packages/adapters-memory/src/index.ts";
import { Services } from "../../packages/engine/src/index.ts";

/** Pages are for people, not for programs. */
const PAGES = [
  ...["/", "/setup", "/dev/inbox", ...Object.keys(HOSTED_PAGES)].map((path) => `GET ${path}`),
  "POST /account/qr",
];

interface Document {
  paths: Record<string, Record<string, object>>;
}

/** Reads with a body, work that is due anyway, and what `/api/auth` does. */
const UNKEYED =
  /\/(query|aggregate|simulate|tickets|live|sync|tick|preview|schedule-preview|sql|check|sign|approval-links)$|^\/api\/(auth|functions)\//;

/** Done in several steps, or with bytes that no answer is kept for, and repeated by being sent again. */
const REPEATED = [
  "delete /api/users/{id}",
  "delete /api/operators/{id}",
  "post /api/me/delete",
  "put /api/files/{bucket}/{path}",
  "post /api/files/{bucket}",
  "post /api/files/fetch",
  "post /api/uploads",
  "delete /api/uploads/{id}",
  "put /api/uploads/{id}/parts",
  "post /api/uploads/{id}/complete",
  // The lease tells that it is the same.
  "post /api/job-reports",
  // The id of the message tells that it is the same.
  "post /api/flows/{name}/message",
  // The lease of the job tells that it is the same report; a claim whose answer was lost ends with its lease.
  "post /api/job-queues/{queue}/claim",
  "post /api/jobs/{id}/heartbeat",
  "post /api/jobs/{id}/sleep",
  "post /api/jobs/{id}/steps",
  "post /api/jobs/{id}/wait",
  "post /api/jobs/{id}/complete",
  "post /api/jobs/{id}/fail",
];

/** Another protocol has a document of its own, or none. */
const OWN = PROTOCOLS.filter(({ errorResponse }) => errorResponse === NATIVE.errorResponse);

const asRoute = ({ method, path }: { method: string; path: string }): string =>
  `${method.toUpperCase()} ${path.replace(/:(\w+)\+?/g, "{$1}")}`;

test("the document has every route, and no other", async () => {
  const same = (_load: unknown, handler: unknown) => handler;
  const admission = { admitted: same, inTurn: same };
  const parts = {
    platform: { config: { corsOrigins: [] } },
    engine: { services: new Services(), clock: systemClock },
    database: {},
    admission,
  };
  const mounted = createRoutes(parts as never, OWN).routes.filter(({ method }) => method !== "ALL");
  const implemented = [...mounted, ...OWN.flatMap(({ routes }) => routes)].map(asRoute);
  const response = await testApp().call("/api/openapi.json");
  const { paths } = (await response.json()) as Document;
  const documented = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.sort()).toEqual([...new Set(implemented)].filter((route) => !PAGES.includes(route)).sort());
});

test("every write takes an idempotency key, and nothing else does", async () => {
  const response = await testApp().call("/api/openapi.json");
  const { paths } = (await response.json()) as {
    paths: Record<string, Record<string, { parameters?: { name: string }[] }>>;
  };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [] }]) => ({
      route: `${method.toUpperCase()} ${path}`,
      writes: method !== "get" && !UNKEYED.test(path) && !REPEATED.includes(`${method} ${path}`),
      keyed: parameters.some(({ name }) => name === "Idempotency-Key"),
    })),
  );
  expect(operations.filter(({ writes, keyed }) => writes !== keyed)).toEqual([]);
  expect(operations.filter(({ keyed }) => keyed).length).toBeGreaterThan(20);
});
