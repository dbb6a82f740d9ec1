import type { Json } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { books } from "../../fixtures/library.ts";
import { absent, aTimestamp, aUuid, exactly, including, matching } from "../../match.ts";
import { dataOf, get, INTERNALS, items, ok, post, type Reply, refused, type Scenario } from "../../scenario.ts";

const made = (kind: string, prefix: string): Scenario => ({
  name: `keys: a ${kind} key is shown once`,
  as: as.operator,
  request: post("/api/keys", { name: `shown ${kind}`, kind }),
  expect: {
    status: 201,
    body: {
      data: {
        id: aUuid,
        name: `shown ${kind}`,
        kind,
        key: matching(new RegExp(`^${prefix}_live_[A-Za-z0-9]{49}$`)),
        prefix: matching(new RegExp(`^${prefix}_live_`)),
        created_at: aTimestamp,
      },
    },
    excludes: INTERNALS,
  },
  then: [
    {
      request: get("/api/keys"),
      expect: { ...ok({ data: including({ name: `shown ${kind}`, key: absent }) }), excludes: INTERNALS },
    },
  ],
  async verify(reply, world) {
    const list = await world.send(as.operator, get("/api/keys"));
    if (list.text.includes(dataOf(reply, "key"))) throw new Error("the list shows the key");
    await world.must(as.operator, { method: "DELETE", path: `/api/keys/${dataOf(reply, "id")}` });
  },
});

const accepted = (who: Who, data: Record<string, unknown>): Scenario => ({
  name: `keys: ${who.name} is accepted`,
  as: who,
  request: get("/api/me"),
  expect: { ...ok({ data: { kind: "key", operator: false, ...data } as never }), excludes: ["people.test"] },
});

const madeUp = `sk_live_${"A".repeat(43)}`;
const forged = (headers: Record<string, string>): Scenario => ({
  name: `keys: a made-up key in ${Object.keys(headers)[0]}`,
  as: as.forger(headers),
  needs: [books],
  request: items("books"),
  expect: { ...refused(401, "INVALID_API_KEY"), excludes: ["Peer Gynt", madeUp] },
});

const onlyFor = (who: Who, status: number, code: "UNAUTHORIZED" | "FORBIDDEN"): Scenario => ({
  name: `keys: not for ${who.name}`,
  as: who,
  request: post("/api/keys", { name: "mine", kind: "secret" }),
  expect: { ...refused(status, code), excludes: ["sk_live_", "pk_live_"] },
  then: [{ request: get("/api/keys"), expect: refused(status, code) }],
});

/** Reads books with every role's rights, and nothing else. */
const scoped: Scenario = {
  name: "keys: a scoped key reaches what it names",
  as: as.operator,
  needs: [books],
  request: post("/api/keys", {
    name: "books only",
    kind: "scoped",
    roles: ["admin"],
    actions: ["read"],
    collections: ["books"],
  }),
  expect: {
    status: 201,
    body: { data: { kind: "scoped", roles: ["admin"], actions: ["read"], collections: ["books"], last_used_at: null } },
    excludes: INTERNALS,
  },
  async verify(reply, world) {
    const holder = as.forger({ "x-api-key": dataOf(reply, "key") });
    const statuses: number[] = [];
    for (const call of [
      items("books"),
      items("authors"),
      items("books", { expand: "author" }),
      post("/api/items/books", { title: "never" }),
      get("/api/users"),
      get("/api/keys"),
    ]) {
      statuses.push((await world.send(holder, call)).status);
    }
    const expected = [200, 403, 403, 403, 403, 403];
    if (statuses.join() !== expected.join()) throw new Error(`${statuses}; expected ${expected}`);
    await world.must(as.operator, { method: "DELETE", path: `/api/keys/${dataOf(reply, "id")}` });
  },
};

const rotated: Scenario = {
  name: "keys: after a rotation both secrets count, or the new one alone",
  as: as.operator,
  request: post("/api/keys", { name: "rotated", kind: "secret" }),
  expect: { status: 201, excludes: INTERNALS },
  async verify(reply, world) {
    const rotate = async (body: Json): Promise<string> => {
      const { data } = await world.must(as.operator, post(`/api/keys/${dataOf(reply, "id")}/rotate`, body));
      return (data as { key: string }).key;
    };
    const use = async (key: string) => (await world.send(as.forger({ "x-api-key": key }), get("/api/me"))).status;
    const first = dataOf(reply, "key");
    const second = await rotate({});
    const overlap = [await use(first), await use(second)];
    const third = await rotate({ previous_until: null });
    const after = [await use(first), await use(second), await use(third)];
    const found = [...overlap, ...after].join();
    if (found !== "200,200,401,401,200") throw new Error(`${found}; expected 200,200,401,401,200`);
    await world.must(as.operator, { method: "DELETE", path: `/api/keys/${dataOf(reply, "id")}` });
  },
};

const limited: Scenario = {
  name: "keys: the rate of a key",
  as: as.operator,
  request: post("/api/keys", { name: "slow", kind: "secret", rate_limit: 2 }),
  expect: { status: 201, body: { data: { rate_limit: 2 } }, excludes: INTERNALS },
  async verify(reply, world) {
    const holder = as.forger({ "x-api-key": dataOf(reply, "key") });
    const answers: Reply[] = [];
    // A minute may end between two of them.
    while (answers.length < 6 && answers.at(-1)?.status !== 429) answers.push(await world.send(holder, get("/api/me")));
    const [first, last] = [answers[0]!, answers.at(-1)!];
    const policy = [first, last].map(({ headers }) => headers.get("ratelimit-policy")).join(" ");
    const found = [first.status, last.status, policy, last.headers.has("retry-after")].join();
    if (found !== '200,429,"key";q=2;w=60 "key";q=2;w=60,true') throw new Error(found);
    await world.must(as.operator, { method: "DELETE", path: `/api/keys/${dataOf(reply, "id")}` });
  },
};

/** The address is what the host says, not what the client does. */
const ranged: Scenario = {
  name: "keys: only from its addresses",
  as: as.operator,
  request: post("/api/keys", { name: "near", kind: "secret", ip_ranges: ["127.0.0.0/8", "::1"] }),
  expect: { status: 201, body: { data: { ip_ranges: ["127.0.0.0/8", "::1"] } }, excludes: INTERNALS },
  async verify(near, world) {
    const body = { name: "far", kind: "secret", ip_ranges: ["203.0.113.0/24"] };
    const far = await world.send(as.operator, post("/api/keys", body));
    const use = async (reply: Reply, more = {}) => {
      const answer = await world.send(as.forger({ "x-api-key": dataOf(reply, "key"), ...more }), get("/api/me"));
      return answer.status;
    };
    const claimed = { "x-forwarded-for": "203.0.113.9", forwarded: "for=203.0.113.9" };
    const found = [await use(near), await use(far), await use(far, claimed)].join();
    if (found !== "200,403,403") throw new Error(`${found}; expected 200,403,403`);
    for (const reply of [near, far])
      await world.must(as.operator, { method: "DELETE", path: `/api/keys/${dataOf(reply, "id")}` });
  },
};

export const scenarios: Scenario[] = [
  limited,
  ranged,
  scoped,
  rotated,
  made("publishable", "pk"),
  made("secret", "sk"),
  accepted(as.publicKey, { roles: exactly(["public"]), admin: false }),
  accepted(as.key("public", "apikey"), { admin: false }),
  accepted(as.key("public", "authorization"), { admin: false }),
  accepted(as.secretKey, { admin: true, workspace: { slug: "default" } }),
  accepted(as.key("secret", "apikey"), { admin: true }),
  accepted(as.key("secret", "authorization"), { admin: true }),
  accepted(as.otherSecretKey, { admin: true, workspace: { slug: "other" } }),
  accepted(as.key("lasting"), { admin: true }),
  forged({ "x-api-key": madeUp }),
  forged({ apikey: madeUp }),
  forged({ authorization: `Bearer ${madeUp}` }),
  {
    name: "keys: a revoked key",
    as: as.key("revoked"),
    needs: [books],
    request: items("books"),
    expect: { ...refused(401, "INVALID_API_KEY"), excludes: ["Peer Gynt"] },
  },
  {
    name: "keys: revoking takes effect at once",
    as: as.operator,
    request: post("/api/keys", { name: "short-lived", kind: "secret" }),
    expect: { status: 201, excludes: INTERNALS },
    async verify(reply, world) {
      const holder = as.forger({ "x-api-key": dataOf(reply, "key") });
      const before = await world.send(holder, get("/api/me"));
      await world.must(as.operator, { method: "DELETE", path: `/api/keys/${dataOf(reply, "id")}` });
      const after = await world.send(holder, get("/api/me"));
      if (before.status !== 200 || after.status !== 401) {
        throw new Error(`before ${before.status}, after ${after.status}; expected 200, 401`);
      }
    },
  },
  onlyFor(as.anonymous, 401, "UNAUTHORIZED"),
  onlyFor(as.publicKey, 403, "FORBIDDEN"),
  onlyFor(as.user("alice"), 403, "FORBIDDEN"),
  {
    name: "keys: a secret key makes no key that can do more than everybody",
    as: as.otherSecretKey,
    request: post("/api/keys", { name: "child", kind: "secret" }),
    expect: { ...refused(403, "FORBIDDEN", "kind"), excludes: ["sk_live_"] },
    then: [
      {
        request: post("/api/keys", { name: "child", kind: "scoped", roles: ["admin"], actions: ["read"] }),
        expect: { ...refused(403, "FORBIDDEN", "kind"), excludes: ["rk_live_"] },
      },
    ],
  },
  {
    name: "keys: a secret key makes publishable keys of its own workspace",
    as: as.otherSecretKey,
    request: post("/api/keys", { name: "child", kind: "publishable" }),
    expect: { status: 201, excludes: INTERNALS },
    async verify(reply, world) {
      const me = await world.must(as.forger({ apikey: dataOf(reply, "key") }), get("/api/me"));
      const { workspace } = me.data as { workspace: { slug: string } };
      if (workspace.slug !== "other") throw new Error(`the new key belongs to ${workspace.slug}`);
    },
  },
  {
    name: "keys: a secret key makes none for another workspace",
    as: as.otherSecretKey,
    request: post("/api/keys", { name: "spy", kind: "secret" }, { "x-plinth-workspace": "default" }),
    expect: { ...refused(403, "WORKSPACE_MISMATCH"), excludes: ["sk_live_"] },
  },
  {
    name: "keys: another workspace's key cannot be revoked",
    as: as.otherSecretKey,
    given: [
      { as: as.operator, request: post("/api/keys", { name: "target", kind: "secret" }), expect: { status: 201 } },
    ],
    request: (seen) => ({ method: "DELETE", path: `/api/keys/${dataOf(seen.replies[0], "id")}` }),
    expect: { status: 404, code: "NOT_FOUND", excludes: INTERNALS },
    async verify(_, world) {
      const list = await world.must(as.operator, get("/api/keys"));
      const names = (list.data as { name: string }[]).map((key) => key.name);
      if (!names.includes("target")) throw new Error("the key is gone");
    },
  },
  {
    name: "keys: a kind that does not exist",
    as: as.operator,
    request: post("/api/keys", { name: "x", kind: "root" }),
    expect: { ...refused(422, "VALIDATION", "kind"), excludes: ["_live_"] },
  },
  {
    name: "keys: without a name",
    as: as.operator,
    request: post("/api/keys", { kind: "secret" }),
    expect: { ...refused(422, "VALIDATION", "name"), excludes: ["_live_"] },
  },
  {
    name: "keys: an unknown setting",
    as: as.operator,
    request: post("/api/keys", { name: "x", kind: "secret", scope: "all" }),
    expect: { ...refused(422, "UNKNOWN_FIELD", "scope"), excludes: ["_live_"] },
  },
  {
    name: "keys: an expiry that is no time",
    as: as.operator,
    request: post("/api/keys", { name: "x", kind: "secret", expires_at: "soon" }),
    expect: { ...refused(422, "VALIDATION", "expires_at"), excludes: ["_live_"] },
  },
  {
    name: "keys: a publishable key beside a session acts as the user",
    as: as.keyAndUser("public", "alice"),
    request: get("/api/me"),
    expect: { ...ok({ data: { kind: "user", email: "alice@people.test", admin: false } }), excludes: ["bob"] },
  },
  {
    name: "keys: a secret key beside a session has full rights",
    as: as.keyAndUser("secret", "alice"),
    request: get("/api/me"),
    expect: { ...ok({ data: { admin: true } }), excludes: ["bob"] },
  },
];
