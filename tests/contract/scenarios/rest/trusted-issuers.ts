import { as } from "../../as.ts";
import { VISITOR_TOKENS, VISITS, visitors } from "../../fixtures/visitors.ts";
import { get, INTERNALS, items, ok, post, refused, type Scenario } from "../../scenario.ts";

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const others = [VISITS.other, VISITS.high, ...INTERNALS];

export const scenarios: Scenario[] = [
  {
    name: "trusted issuers: its user is somebody, with no rights of an account",
    as: as.anonymous,
    needs: [visitors],
    request: { ...get("/api/me"), headers: bearer(VISITOR_TOKENS.acme) },
    expect: ok({
      data: {
        kind: "user",
        email: "visitor@elsewhere.test",
        roles: ["public", "authenticated"],
        operator: false,
        admin: false,
      },
    }),
    then: [
      {
        request: { ...post("/api/auth/token"), headers: bearer(VISITOR_TOKENS.acme) },
        expect: refused(401, "UNAUTHORIZED"),
      },
    ],
  },
  {
    name: "trusted issuers: rules see the claims of its tokens",
    as: as.anonymous,
    needs: [visitors],
    request: { ...items("visits"), headers: bearer(VISITOR_TOKENS.acme) },
    expect: { ...ok({ data: [{ id: VISITS.acme }] }), excludes: others },
  },
  {
    name: "trusted issuers: a user without the claim matches nothing",
    as: as.user("alice"),
    needs: [visitors],
    request: items("visits"),
    expect: { ...ok({ data: [] }), excludes: [VISITS.acme, ...others] },
  },
  ...(["expired", "early", "audience"] as const).map(
    (which): Scenario => ({
      name: `trusted issuers: a token that is ${which === "audience" ? "for others" : which}`,
      as: as.anonymous,
      needs: [visitors],
      request: { ...items("visits"), headers: bearer(VISITOR_TOKENS[which]) },
      expect: refused(401, "INVALID_TOKEN"),
    }),
  ),
  {
    name: "trusted issuers: in a workspace that does not trust it",
    as: as.otherPublicKey,
    needs: [visitors],
    request: { ...get("/api/me"), headers: bearer(VISITOR_TOKENS.acme) },
    expect: refused(401, "INVALID_TOKEN"),
  },
  {
    name: "trusted issuers: an address in the private network is refused",
    as: as.operator,
    request: post("/api/trusted-issuers", { issuer: "x", audience: "x", jwks_url: "https://169.254.169.254/keys" }),
    expect: refused(422, "VALIDATION", "jwks_url"),
  },
];
