import { expect, test } from "bun:test";
import { serverAudits } from "graphql-http";
import { APP_URL } from "../../testing/app.ts";
import { openGraphqlWorld } from "../../testing/graphql-world.ts";

const { call } = await openGraphqlWorld();

const audits = serverAudits({
  url: `${APP_URL}/api/graphql`,
  fetchFn: (url: string, init: RequestInit) => call(url.slice(APP_URL.length), init),
});

test.each(audits.map((audit) => [audit.name, audit] as const))("GraphQL over HTTP: %s", async (_name, audit) => {
  const result = await audit.fn();
  expect(result.status === "ok" ? "" : `${result.status}: ${"reason" in result ? result.reason : ""}`).toBe("");
});
