/** Callers of every kind who belong to one workspace, and to no other. */
import { KEY_ACTIONS, OPERATORS_POOL_ID } from "@plinth/core";
import { APP_URL, bearer } from "../../apps/server/src/testing/app.ts";
import { keyPair } from "./issuer.ts";
import { cookieOf, person } from "./person.ts";
import type { Pool, World } from "./pool.ts";

type Headers = Record<string, string>;

export interface Strangers {
  /** By name, what they send. */
  readonly credentials: Readonly<Record<string, Headers>>;
  /** What their browsers send. Where nobody is signed in, a cookie counts as none. */
  readonly cookies: Readonly<Record<string, Headers>>;
  /** An invitation into their workspace. */
  readonly invitation: string;
}

const PASSWORD = "correct horse battery";
const ISSUER = "https://issuer.other.example";

/** `elsewhere`: the workspace that they try to reach. */
export async function strangersOf(world: World, other: Pool, elsewhere: Pool, email: string): Promise<Strangers> {
  const boss = other.operator;
  const made = async (path: string, body: object, headers = boss) =>
    (await other.ask("post", { path, headers, body })).data as Record<string, string>;
  const user = await person(world, other, email, []);
  await other.ask("put", { path: "/api/organizations", headers: boss, body: {} });
  const organization = await made("/api/organizations", { name: "Others", slug: "others" }, bearer(user.session));
  const chosen = { organization: organization.id };
  await other.ask("put", { path: "/api/active-organization", headers: bearer(user.session), body: chosen });

  const account = { email: "admin@other.example", name: "Ad", password: PASSWORD };
  const admin = await made("/api/users", account);
  const roles = { roles: ["admin"] };
  await other.ask("put", { path: `/api/users/${admin.id}/roles`, headers: boss, body: roles });
  const credentials = { email: account.email, password: PASSWORD };
  const signedIn = await other.ask("post", { path: "/api/auth/sign-in/email", body: credentials });
  const victim = await made("/api/users", { ...account, email: "vic@other.example" });
  const acted = await made(`/api/users/${victim.id}/impersonate`, { reason: "a ticket" });
  const guest = await other.ask("post", { path: "/api/auth/sign-in/anonymous", body: {} });

  const key = async (kind: string, more: object = {}) => (await made("/api/keys", { name: kind, kind, ...more })).key!;
  const secret = await key("secret");
  const scoped = await key("scoped", { roles: ["admin"], actions: KEY_ACTIONS });
  const member = async (role: string) => {
    const address = `${role}@other.example`;
    const { token: invitation } = await made("/api/member-invitations", { email: address, role });
    const joining = { name: role, email: address, password: PASSWORD, invitation };
    const joined = await world.app.send("/api/operator/auth/sign-up/email", joining);
    return ((await joined.json()) as { token: string }).token;
  };
  const owner = await member("owner");

  const { jwk, sign } = await keyPair();
  await made("/api/trusted-issuers", { issuer: ISSUER, audience: "other", public_key: jwk, roles: ["editor"] });
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const vouched = await sign({ iss: ISSUER, aud: "other", sub: "7", roles: ["editor"], exp });

  const operators = { id: OPERATORS_POOL_ID };
  const cookie = (pool: Pick<Pool, "id">, session: string): Headers => ({
    cookie: cookieOf(pool, session),
    origin: APP_URL,
  });
  return {
    credentials: {
      user: bearer(user.session),
      "access token": bearer(await user.accessToken()),
      administrator: bearer(String(signedIn.token)),
      "anonymous user": bearer(String(guest.token)),
      "impersonated user": bearer(acted.token!),
      "user of a trusted issuer": bearer(vouched),
      "secret key": { "x-api-key": secret },
      "secret key as a bearer": bearer(secret),
      "scoped key": { "x-api-key": scoped },
      "publishable key": { "x-api-key": await key("publishable") },
      owner: bearer(owner),
      viewer: bearer(await member("viewer")),
    },
    cookies: {
      cookie: cookie(other, user.session),
      "cookie under the other's name": cookie(elsewhere, user.session),
      "cookie of an owner": cookie(operators, owner),
      "cookie of an owner under the other's name": cookie(elsewhere, owner),
    },
    invitation: (await made("/api/invitations", { email: "guest@example.com" })).token!,
  };
}
