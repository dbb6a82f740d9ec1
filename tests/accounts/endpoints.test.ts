/** What better-auth mounts below `/api/auth`: each is a route of the route table, or nobody reaches it. */
import { expect, test } from "bun:test";
import { PROTOCOLS } from "../../apps/server/src/protocols/index.ts";
import { testApp } from "../../apps/server/src/testing/app.ts";
import { mailFlows } from "../../packages/auth/src/mail-flows.ts";
import { oauthFlows } from "../../packages/auth/src/oauth/flow.ts";
import { lifetimeOf } from "../../packages/auth/src/session-lifetime.ts";
import { setUp } from "../../packages/auth/src/set-up.ts";
import { signUpForms } from "../../packages/auth/src/sign-up-form.ts";
import { storageFailures } from "../../packages/auth/src/storage-failures.ts";
import { openWorld } from "../../packages/auth/test/sign-in-methods-table.ts";

interface Endpoint {
  readonly path?: string;
  readonly options?: { readonly method?: string | readonly string[] };
}

/** Of better-auth as it is set up here, with mails and all plugins. */
async function mounted(): Promise<string[]> {
  const { options: given } = await openWorld();
  const options = { ...given, ...(await given.settings()) };
  const secret = "s".repeat(40);
  const oauth = oauthFlows({ ...options, pool: options.workspaceId });
  const flows = mailFlows(options, secret);
  const own = { oauth, forms: signUpForms(options), storage: storageFailures() };
  const parts = { lifetime: lifetimeOf(options), flows, ...own };
  const endpoints: Endpoint[] = Object.values(setUp(options, secret, parts).api);
  return endpoints.flatMap(({ path, options: { method = "GET" } = {} }) =>
    path === undefined ? [] : [method].flat().map((one) => `${one} /api/auth${path}`),
  );
}

test("an endpoint of better-auth that is no route of the table is out of reach", async () => {
  const all = [...new Set(await mounted())];
  expect(all.length).toBeGreaterThan(50);
  const routes = new Set(
    PROTOCOLS.flatMap((protocol) => protocol.routes).map(
      ({ method, path }) => `${method.toUpperCase()} ${path.replace(/:\w+\+?/g, "X")}`,
    ),
  );
  const app = testApp();
  await app.signUp("operator@example.com");
  const reached: string[] = [];
  for (const endpoint of all) {
    const [method, path] = endpoint.replace(/:\w+\+?/g, "X").split(" ") as [string, string];
    if (routes.has(`${method} ${path}`)) continue;
    for (const base of ["/api/", "/api/operator/", "/api/t/default/"]) {
      const at = path.replace("/api/", base);
      const answer = await app.send(at, method === "GET" ? undefined : {}, {}, method);
      if (answer.status !== 404 && answer.status !== 405) reached.push(`${method} ${at}: ${answer.status}`);
    }
  }
  expect(reached).toEqual([]);
});
