import { as, type Who } from "../../as.ts";
import { answered, type Call, INTERNALS, ok, post, put, refused, type Scenario, withHeaders } from "../../scenario.ts";

const SHOP = "https://shop.example.com";
const EVIL = "https://evil.example";
const source = "export default () => ({ fine: true });";

const preflight = (name: string, origin: string): Call => ({
  ...{ method: "OPTIONS", path: `/api/functions/${name}` },
  headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "x-cart" },
});
const call = (name: string, origin?: string): Call =>
  origin === undefined
    ? post(`/api/functions/${name}`, {})
    : withHeaders(post(`/api/functions/${name}`, {}), { origin });
const allowed = (origin: string | null) => ({
  "access-control-allow-origin": origin,
  "access-control-allow-credentials": null,
});
const deployed = (name: string, http: NonNullable<Call["body"]>) => ({
  as: as.secretKey,
  request: put(`/api/deployments/${name}`, { source, http }),
  expect: ok({ data: { name } }),
});
const calledAs = (who: Who, status: number) => ({
  as: who,
  request: call("for-keys"),
  expect: { status, excludes: INTERNALS },
});

export const scenarios: Scenario[] = [
  {
    name: "functions: pages of the origins that one names may call it, and read what it refuses",
    as: as.anonymous,
    given: [
      deployed("shop", { auth: "public", cors: { origins: [SHOP], headers: ["x-cart"] } }),
      deployed("closed", { auth: "public" }),
      deployed("members", { auth: "signed_in", cors: { origins: ["*"] } }),
    ],
    request: preflight("shop", SHOP),
    expect: {
      ...answered(204),
      headers: { ...allowed(SHOP), "access-control-allow-headers": /x-cart/, "access-control-allow-methods": /POST/ },
    },
    then: [
      { request: call("shop", SHOP), expect: { ...ok({ data: { fine: true } }), headers: allowed(SHOP) } },
      { request: call("shop", EVIL), expect: { ...ok(), headers: { ...allowed(null), vary: /origin/i } } },
      { request: call("members", SHOP), expect: { ...refused(401, "UNAUTHORIZED"), headers: allowed("*") } },
      // No page learns whether there is such a function.
      ...[["shop", EVIL] as const, ["closed", SHOP] as const, ["missing", SHOP] as const].map(([name, origin]) => ({
        request: preflight(name, origin),
        expect: { ...refused(403, "ORIGIN_FORBIDDEN"), headers: allowed(null) },
      })),
      // With a cookie no foreign page writes, whatever a function says.
      { as: as.cookie("alice"), request: call("members", SHOP), expect: refused(403, "ORIGIN_FORBIDDEN") },
      { as: as.cookie("alice"), request: call("members"), expect: ok({ data: { fine: true } }) },
    ],
  },
  {
    name: "functions: one for keys is called by secret keys of its workspace, and by nobody else",
    as: as.secretKey,
    given: [deployed("for-keys", { auth: "key" })],
    request: call("for-keys"),
    expect: ok({ data: { fine: true } }),
    then: [
      calledAs(as.anonymous, 401),
      calledAs(as.publicKey, 403),
      calledAs(as.user("alice"), 403),
      { as: as.otherSecretKey, request: call("for-keys"), expect: refused(404, "NOT_FOUND") },
    ],
  },
];
