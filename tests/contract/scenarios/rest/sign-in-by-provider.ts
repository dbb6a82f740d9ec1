import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { Browser } from "../../fixtures/browser.ts";
import { PASSWORD } from "../../fixtures/people.ts";
import { bearerOf, userIn } from "../../fixtures/session.ts";
import { isWorkspace } from "../../fixtures/workspace.ts";
import { including, must } from "../../match.ts";
import { PERSONS, type Person } from "../../outside.ts";
import { dataOf, get, INTERNALS, ok, patch, post, type Scenario, type Seen } from "../../scenario.ts";
import type { World } from "../../world.ts";

const LABEL = "Elsewhere";

/** The workspace's provider, which knows the server as its client. */
async function connect(world: World, slug: string, { replies }: Seen, more: JsonObject = {}): Promise<void> {
  const callback = new URL(`/api/t/${dataOf(replies[0], "id")}/auth/callback/sso`, world.target.baseUrl).href;
  const client = await world.outside.register(callback);
  const { issuer } = world.outside;
  const sso = { name: "sso", kind: "oidc", label: LABEL, issuer, ...client, ...more };
  const made = await world.must(as.operator, post(`/api/t/${slug}/auth-providers`, sso));
  must(made, { data: { issuer, callback_url: callback } });
}

const button = (slug: string): string => `/api/t/${slug}/auth/sign-in/social?provider=sso&callback_url=/welcome`;

/** By the provider and back. */
const enters = async (browser: Browser, slug: string, person: Person): Promise<string> =>
  browser.follow(await browser.atProvider(button(slug), person));

function leads(to: string, wanted: string): void {
  if (to !== wanted) throw new Error(`led to ${to}, not to ${wanted}`);
}

const payloadOf = (token: string): JsonObject =>
  JSON.parse(atob(token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/")));

async function isSignedIn(
  browser: Browser,
  slug: string,
  email: string | null,
  kind = email === null ? "anonymous" : "user",
): Promise<void> {
  const { json } = await browser.send(get(`/api/t/${slug}/me`));
  must(json!, { data: kind === "anonymous" ? { kind } : { kind, email } });
}

const beginsIn = (slug: string): Pick<Scenario, "as" | "given" | "request" | "expect"> => ({
  as: as.anonymous,
  given: [isWorkspace(slug)],
  request: get(`/api/t/${slug}/auth/providers`),
  expect: { ...ok({ data: [] }), excludes: [LABEL, ...INTERNALS] },
});

export const scenarios: Scenario[] = [
  {
    name: "provider: who signs in there is signed in here, by that browser and once",
    ...beginsIn("sso-entry"),
    async verify(_, world, seen) {
      await connect(world, "sso-entry", seen);
      const [ada, other] = [new Browser(world), new Browser(world)];
      const back = await ada.atProvider(button("sso-entry"), "ada");
      leads(await other.follow(back), "/welcome?error=state_invalid");
      await isSignedIn(other, "sso-entry", null);
      const replayed = ada.copy();
      leads(await ada.follow(back), "/welcome");
      await isSignedIn(ada, "sso-entry", PERSONS.ada.email);
      leads(await replayed.follow(back), `/t/${dataOf(seen.replies[0], "id")}/sign-in?error=state_invalid`);
      await isSignedIn(replayed, "sso-entry", null);
      const begun = await ada.send(
        post("/api/t/sso-entry/auth/link-social", { provider: "sso", callback_url: "/linked" }),
      );
      const { url } = begun.json as { url: string };
      leads(await ada.follow(await world.outside.signIn(url, "bob")), "/linked");
      const linked = await ada.send(get("/api/t/sso-entry/linked-accounts"));
      must(linked.json!, { data: [{ provider: "sso" }, { provider: "sso" }] });
      // Nobody by this name is in another workspace.
      await isSignedIn(ada, "other", null);
      const log = await world.must(as.operator, get("/api/t/sso-entry/security-log", { type: "sign_in" }));
      must(log, { data: including({ outcome: "ok", detail: { provider: "sso" } }) });
    },
  },
  {
    name: "provider: an account is found by an address that the provider has verified, and handed over to its owner",
    ...beginsIn("sso-owner"),
    async verify(_, world, seen) {
      await connect(world, "sso-owner", seen);
      const password = { email: PERSONS.ada.email, password: PASSWORD };
      const signUp = post("/api/t/sso-owner/auth/sign-up/email", { name: "Somebody", ...password });
      const first = await world.send(as.anonymous, signUp);
      const mallory = new Browser(world);
      leads(await enters(mallory, "sso-owner", "mallory"), "/welcome?error=email_not_verified");
      await isSignedIn(mallory, "sso-owner", null);
      const ada = new Browser(world);
      leads(await enters(ada, "sso-owner", "ada"), "/welcome");
      const me = await ada.send(get("/api/t/sso-owner/me"));
      must(me.json!, { data: { id: userIn(first), email: PERSONS.ada.email } });
      // Whoever signed up with her address first has neither session nor password any more.
      for (const call of [
        { ...get("/api/t/sso-owner/me"), headers: bearerOf(first) },
        post("/api/t/sso-owner/auth/sign-in/email", password),
      ]) {
        const refused = await world.send(as.anonymous, call);
        if (refused.status !== 401) throw new Error(`${call.path}: ${refused.status} ${refused.text}`);
      }
    },
  },
  {
    name: "provider: an app's ID token signs in, once, with its nonce and for a client that the workspace has named",
    ...beginsIn("sso-app"),
    async verify(_, world, seen) {
      const { outside } = world;
      const called = "https://app.example.com/called";
      const [app, other] = [await outside.register(called), await outside.register(called)];
      await connect(world, "sso-app", seen, { other_client_ids: [app.client_id] });
      const token = await outside.idToken(app, called, "ada", "once");
      const signIn = async (given: string, nonce: string) =>
        world.send(
          as.anonymous,
          post("/api/t/sso-app/auth/sign-in/social", { provider: "sso", id_token: { token: given, nonce } }),
        );
      const mustRefuse = async (given: string, nonce: string) =>
        must((await signIn(given, nonce)).json!, { error: { code: "INVALID_TOKEN", details: { field: "id_token" } } });
      const [head, , signature] = token.split(".");
      const claims = { ...payloadOf(token), sub: "bob" };
      await mustRefuse(`${head}.${btoa(JSON.stringify(claims)).replace(/=+$/, "")}.${signature}`, "once");
      await mustRefuse(token, "another");
      await mustRefuse(await outside.idToken(other, called, "ada", "once"), "once");
      const entered = await signIn(token, "once");
      must(entered.json!, { user: { email: PERSONS.ada.email } });
      const me = await world.must(as.anonymous, { ...get("/api/t/sso-app/me"), headers: bearerOf(entered) });
      must(me, { data: { id: userIn(entered), kind: "user" } });
      await mustRefuse(token, "once");
    },
  },
  {
    name: "provider: an anonymous user comes back from there as the same user, with an account",
    ...beginsIn("sso-guest"),
    async verify(_, world, seen) {
      await connect(world, "sso-guest", seen);
      await world.must(as.operator, patch("/api/t/sso-guest/auth-settings", { anonymous: { sign_in: true } }));
      const guest = new Browser(world);
      const entered = await guest.send(post("/api/t/sso-guest/auth/sign-in/anonymous", { name: "gus" }));
      await isSignedIn(guest, "sso-guest", null, "user");
      const copied = guest.copy();
      leads(await enters(guest, "sso-guest", "ada"), "/welcome");
      const me = await guest.send(get("/api/t/sso-guest/me"));
      must(me.json!, { data: { id: userIn(entered), email: PERSONS.ada.email } });
      await isSignedIn(copied, "sso-guest", null);
      const users = await world.must(as.operator, get("/api/t/sso-guest/users"));
      must(users, { data: [{ id: userIn(entered), email: PERSONS.ada.email, is_anonymous: false }] });
    },
  },
];
