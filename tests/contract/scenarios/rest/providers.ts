import { as, type Who } from "../../as.ts";
import { aTimestamp, exactly, including, matching } from "../../match.ts";
import { del, get, INTERNALS, ok, patch, post, type Reply, refused, type Scenario, type Step } from "../../scenario.ts";

const SECRET = "what only GitHub knows";
const noSecrets = [SECRET, ...INTERNALS];
const github = (name: string) => ({ name, kind: "github", client_id: `client of ${name}`, client_secret: SECRET });
/** An issuer has one provider in a workspace, so each scenario has its own. */
const enterprise = (name: string) => ({ ...github(name), issuer: `https://${name}.example.com` });

const made = (name: string): Step => ({
  as: as.operator,
  request: post("/api/auth-providers", enterprise(name)),
  expect: { status: 201, excludes: noSecrets },
});
const removed = (name: string): Step => ({
  as: as.operator,
  request: del(`/api/auth-providers/${name}`),
  expect: { ...ok({ data: { name } }), excludes: noSecrets },
});
const begins = (provider: string, more: Record<string, string> = {}): Step => ({
  as: as.anonymous,
  request: post("/api/auth/sign-in/social", { provider, callback_url: "/welcome", ...more }),
  expect: {
    status: 200,
    body: { url: matching(/^https:.*code_challenge_method=S256/), redirect: true },
    excludes: noSecrets,
  },
});

/** The state in the address to which a start leads. */
function stateIn(reply: Reply | undefined): string {
  const { url } = (reply?.json ?? {}) as { url?: string };
  return new URL(url ?? "").searchParams.get("state") ?? "";
}

function cookiesOf(reply: Reply | undefined): Record<string, string> {
  const cookies = reply?.headers.getSetCookie().map((set) => set.split(";")[0]) ?? [];
  return { cookie: cookies.join("; ") };
}

const leadsTo = (page: string) => ({
  status: 302,
  headers: { location: matches(page), "set-cookie": null },
  excludes: noSecrets,
});
const matches = (page: string) => new RegExp(`^https?://[^/]+${page.replace(/[?.]/g, "\\$&")}$`);

const onlyFor = (who: Who, status: number, code: "UNAUTHORIZED" | "FORBIDDEN"): Scenario => ({
  name: `providers: not for ${who.name}`,
  as: who,
  request: post("/api/auth-providers", enterprise("theirs")),
  expect: { ...refused(status, code), excludes: noSecrets },
  then: [
    { request: get("/api/auth-providers"), expect: refused(status, code) },
    { request: patch("/api/auth-providers/any", { enabled: true }), expect: refused(status, code) },
    { request: del("/api/auth-providers/any"), expect: refused(status, code) },
  ],
});

export const scenarios: Scenario[] = [
  onlyFor(as.anonymous, 401, "UNAUTHORIZED"),
  onlyFor(as.publicKey, 403, "FORBIDDEN"),
  onlyFor(as.user("alice"), 403, "FORBIDDEN"),
  {
    name: "providers: made, read, changed and deleted, without ever showing the secret",
    as: as.operator,
    request: post("/api/auth-providers", github("gh-crud")),
    expect: {
      status: 201,
      body: {
        data: {
          name: "gh-crud",
          kind: "github",
          label: "GitHub",
          issuer: "https://github.com",
          has_secret: true,
          scopes: exactly(["read:user", "user:email"]),
          trust_email: true,
          enabled: true,
          callback_url: matching(/\/api\/auth\/callback\/gh-crud$/),
          created_at: aTimestamp,
        },
      },
      excludes: noSecrets,
    },
    then: [
      {
        request: get("/api/auth-providers"),
        expect: { ...ok({ data: including({ name: "gh-crud" }) }), excludes: noSecrets },
      },
      {
        as: as.anonymous,
        request: get("/api/auth/providers"),
        expect: {
          ...ok({ data: including(exactly({ name: "gh-crud", label: "GitHub", kind: "github" })) }),
          excludes: ["client of", ...noSecrets],
        },
      },
      {
        request: patch("/api/auth-providers/gh-crud", { issuer: "https://other.example.com" }),
        expect: refused(422, "VALIDATION", "issuer"),
      },
      {
        request: patch("/api/auth-providers/gh-crud", { label: "Code", enabled: false }),
        expect: { ...ok({ data: { label: "Code", enabled: false, has_secret: true } }), excludes: noSecrets },
      },
      {
        as: as.anonymous,
        request: post("/api/auth/sign-in/social", { provider: "gh-crud" }),
        expect: refused(404, "NOT_FOUND", "provider"),
      },
      { request: post("/api/auth-providers", github("gh-again")), expect: refused(409, "CONFLICT", "name") },
      {
        as: as.otherSecretKey,
        request: get("/api/auth-providers/gh-crud"),
        expect: { ...refused(404, "NOT_FOUND"), excludes: ["client of"] },
      },
      {
        request: del("/api/auth-providers/gh-crud"),
        expect: { ...ok({ data: { name: "gh-crud", linked_accounts: 0 } }), excludes: noSecrets },
      },
      { request: get("/api/auth-providers/gh-crud"), expect: refused(404, "NOT_FOUND") },
    ],
  },
  {
    name: "providers: operators have those of the server's settings alone",
    as: as.anonymous,
    given: [
      made("gh-own"),
      {
        request: post("/api/operator/auth/sign-in/social", { provider: "gh-own" }),
        expect: refused(404, "NOT_FOUND", "provider"),
      },
    ],
    request: get("/api/operator/auth/providers"),
    expect: ok({ data: exactly([]) }),
    then: [removed("gh-own")],
  },
  {
    name: "providers: what is wrong is named",
    as: as.operator,
    request: post("/api/auth-providers", {
      name: "inside",
      kind: "oidc",
      label: "In",
      client_id: "x",
      issuer: "http://10.0.0.1",
    }),
    expect: refused(422, "VALIDATION", "issuer"),
    then: [
      {
        request: post("/api/auth-providers", { name: "apple", kind: "apple", client_id: "x", client_secret: "y" }),
        expect: refused(422, "VALIDATION", "client_secret"),
      },
      {
        request: post("/api/auth-providers", { name: "No", kind: "google", client_id: "x" }),
        expect: refused(422, "VALIDATION", "name"),
      },
    ],
  },
  {
    name: "providers: a sign-in that somebody refuses leads back, and its state is used up",
    as: as.anonymous,
    given: [made("gh-refused"), begins("gh-refused", { error_callback_url: "/sorry" })],
    request: (seen) => ({
      ...get("/api/auth/callback/gh-refused", { error: "access_denied", state: stateIn(seen.replies[1]) }),
      headers: cookiesOf(seen.replies[1]),
    }),
    expect: leadsTo("/sorry?error=access_denied"),
    then: [
      {
        request: (seen) => ({
          ...get("/api/auth/callback/gh-refused", { code: "x", state: stateIn(seen.replies[1]) }),
          headers: cookiesOf(seen.replies[1]),
        }),
        expect: leadsTo("/sign-in?error=state_invalid"),
      },
      removed("gh-refused"),
    ],
  },
  {
    name: "providers: a state of another browser, or of nobody, signs nobody in",
    as: as.anonymous,
    given: [made("gh-state"), begins("gh-state")],
    request: (seen) => get("/api/auth/callback/gh-state", { code: "x", state: stateIn(seen.replies[1]) }),
    expect: leadsTo("/welcome?error=state_invalid"),
    then: [
      { request: get("/api/auth/callback/gh-state", { code: "x" }), expect: leadsTo("/sign-in?error=state_invalid") },
      { request: get("/api/auth/callback/nobody", { code: "x" }), expect: leadsTo("/sign-in?error=provider_failed") },
      removed("gh-state"),
    ],
  },
  {
    name: "providers: pages elsewhere are refused, GitHub has no ID tokens, a link leads to the provider",
    as: as.anonymous,
    given: [made("gh-pages")],
    request: post("/api/auth/sign-in/social", { provider: "gh-pages", callback_url: "https://evil.example/" }),
    expect: refused(422, "VALIDATION", "callback_url"),
    then: [
      {
        request: post("/api/auth/sign-in/social", { provider: "gh-pages", id_token: { token: "a.b.c" } }),
        expect: refused(422, "VALIDATION", "id_token"),
      },
      {
        request: get("/api/auth/sign-in/social", { provider: "gh-pages", callback_url: "/welcome" }),
        expect: {
          status: 302,
          headers: { location: /^https:\/\/gh-pages\.example\.com\/login\/oauth\/authorize\?/, "set-cookie": /state/ },
        },
      },
      removed("gh-pages"),
    ],
  },
  {
    name: "providers: an account is linked by a user who is signed in, to an address that is confirmed",
    as: as.user("alice"),
    given: [made("gh-link")],
    request: post("/api/auth/link-social", { provider: "gh-link" }),
    expect: refused(403, "EMAIL_NOT_VERIFIED"),
    then: [
      { request: get("/api/linked-accounts"), expect: ok({ data: exactly([]) }) },
      {
        request: del("/api/linked-accounts/00000000-0000-4000-8000-000000000000"),
        expect: refused(404, "NOT_FOUND"),
      },
      {
        as: as.anonymous,
        request: post("/api/auth/link-social", { provider: "gh-link" }),
        expect: refused(401, "UNAUTHORIZED"),
      },
      { as: as.anonymous, request: get("/api/linked-accounts"), expect: refused(401, "UNAUTHORIZED") },
      removed("gh-link"),
    ],
  },
];
