import { as, type Who } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { namedRows } from "../../rows.ts";
import {
  type Call,
  del,
  get,
  INTERNALS,
  items,
  ok,
  patch,
  post,
  put,
  refused,
  type Scenario,
  withHeaders,
} from "../../scenario.ts";

const FORMS = namedRows(72, { untouched: 1, posted: 2, fromApp: 3 });
const EVIL = "https://evil.example";
const forms = collection(
  { slug: "forms", fields: [{ name: "text", type: "text" }] },
  {
    rules: ["read", "create", "update", "delete"].map((action) => ({ role: "authenticated", action })),
    rows: [{ id: FORMS.untouched, text: "untouched" }],
  },
);
const one = `/api/items/forms/${FORMS.untouched}`;
const from = (origin: string, call: Call): Call => withHeaders(call, { origin });
const noCors = { "access-control-allow-origin": null, "access-control-allow-credentials": null };

const crossSite = (what: string, call: Call, who: Who = as.cookie("alice")): Scenario => ({
  name: `CSRF: ${what} from another site by cookie`,
  as: who,
  needs: [forms],
  request: from(EVIL, call),
  expect: { ...refused(403, "ORIGIN_FORBIDDEN"), headers: noCors },
  then: [
    {
      as: as.secretKey,
      request: items("forms"),
      expect: ok({ data: [{ id: FORMS.untouched, text: "untouched", version: 1 }] }),
    },
  ],
});

export const scenarios: Scenario[] = [
  crossSite("a create", post("/api/items/forms", { text: "forged" })),
  crossSite("a change", patch(one, { text: "forged" })),
  crossSite("a replacement", put(one, { text: "forged" })),
  crossSite("a deletion", del(one)),
  crossSite("a new key", post("/api/keys", { name: "forged", kind: "secret" }), as.cookie("operator")),
  crossSite(
    "a new rule",
    post("/api/permissions", { role: "public", collection: "forms", action: "read" }),
    as.cookie("operator"),
  ),
  {
    name: "CSRF: the origin null is another site",
    as: as.cookie("alice"),
    needs: [forms],
    request: from("null", post("/api/items/forms", { text: "forged" })),
    expect: refused(403, "ORIGIN_FORBIDDEN"),
  },
  {
    name: "CSRF: one's own page may write by cookie",
    as: as.cookie("alice"),
    needs: [forms],
    request: patch(one, { text: "untouched" }),
    expect: { ...ok({ data: { text: "untouched" } }), excludes: ["bob", ...INTERNALS] },
    async verify(_, world) {
      const origin = new URL(world.target.baseUrl).origin;
      const id = FORMS.posted;
      await world.must(as.cookie("alice"), from(origin, post("/api/items/forms", { id, text: "own" })));
      await world.must(as.cookie("alice"), from(origin, del(`/api/items/forms/${id}`)));
      await world.must(as.secretKey, del(one));
      await world.must(as.secretKey, post("/api/items/forms", { id: FORMS.untouched, text: "untouched" }));
    },
  },
  {
    name: "CSRF: a bearer is not sent by itself, so it may come from anywhere",
    as: as.user("alice"),
    needs: [forms],
    request: from(EVIL, post("/api/items/forms", { id: FORMS.fromApp, text: "app" })),
    expect: { status: 201, headers: noCors, excludes: ["bob", ...INTERNALS] },
    then: [{ request: del(`/api/items/forms/${FORMS.fromApp}`), expect: ok() }],
  },
  {
    name: "CORS: reading by cookie from another site is answered without leave to look",
    as: as.cookie("alice"),
    needs: [forms],
    request: from(EVIL, get(one)),
    expect: { status: 200, headers: noCors, excludes: ["bob", ...INTERNALS] },
  },
  {
    name: "CORS: a preflight from another site gets no leave",
    as: as.anonymous,
    needs: [forms],
    request: {
      method: "OPTIONS",
      path: "/api/items/forms",
      headers: { origin: EVIL, "access-control-request-method": "POST", "access-control-request-headers": "x-api-key" },
    },
    expect: {
      ...refused(403, "ORIGIN_FORBIDDEN"),
      headers: noCors,
      contains: ["CORS_ORIGINS"],
      excludes: ["untouched", EVIL, ...INTERNALS],
    },
  },
  {
    name: "browser: an answer says that it is JSON",
    as: as.secretKey,
    needs: [forms],
    request: get(one),
    expect: { ...ok(), headers: { "content-type": /^application\/json/ } },
  },
  {
    name: "browser: the session's cookie is out of reach of scripts and other sites",
    as: as.anonymous,
    request: post("/api/auth/sign-in/email", { email: "alice@people.test", password: "correct horse battery" }),
    expect: { status: 200, headers: { "set-cookie": /HttpOnly/i }, excludes: INTERNALS },
    verify(reply) {
      const cookie = reply.headers.getSetCookie().join("\n");
      if (!/SameSite=(Lax|Strict)/i.test(cookie)) throw new Error(`no SameSite: ${cookie.replace(/=[^;]*/, "=…")}`);
    },
  },
];
