/** Which requests were refused, and which part of a condition failed. */
import { beforeAll, describe, expect, test } from "bun:test";
import { bearer, refusalIn } from "../../testing/app.ts";
import { answeredData, type Headers, viewing, viewWorld } from "../../testing/view-world.ts";

const { app, owner, ann, ben, foreign, keys, annsNote, members, makeKey, read } = await viewWorld();

interface Rule {
  readonly role: string;
  readonly matches?: boolean;
  readonly failed?: readonly { condition: object | null; message: string }[];
}
interface Simulated {
  readonly decision: string;
  readonly reason: string;
  readonly matched_rules: readonly Rule[];
}
interface Refused {
  readonly request_id: string;
  readonly code: string;
  readonly path: string;
  readonly principal: { readonly kind: string; readonly id: string | null; readonly viewer: string | null };
  readonly explanation?: Simulated | null;
}

const idOf = (answer: Response) => answer.headers.get("x-request-id")!;
const refusals = async (query = "", who: Headers = owner): Promise<Refused[]> =>
  answeredData(await read(`/api/refusals${query}`, who));
const explained = async (answer: Response) => (await refusals(`?request_id=${idOf(answer)}`))[0]!;
const patch = (who: Headers, body: object, id = annsNote) => app.send(`/api/items/notes/${id}`, body, who, "PATCH");

async function failures(input: object): Promise<string[]> {
  const simulated = await answeredData<Simulated>(
    await app.send("/api/permissions/simulate", { collection: "notes", action: "update", ...input }, owner),
  );
  return simulated.matched_rules.flatMap(({ failed = [] }) => failed.map(({ message }) => message));
}

describe("a refused request is found by its id, with what the rules say", () => {
  test("an item of somebody else", async () => {
    const answer = await patch(ben.headers, { title: "mine" });
    expect(answer.status).toBe(404);
    expect(await explained(answer)).toMatchObject({
      code: "ITEM_NOT_FOUND",
      method: "PATCH",
      path: `/api/items/notes/${annsNote}`,
      principal: { kind: "user", id: ben.id, viewer: null },
      collection: "notes",
      action: "update",
      item_id: annsNote,
      explanation: {
        decision: "deny",
        matched_rules: [
          {
            matches: false,
            failed: [
              {
                condition: { owner_id: "$user.id" },
                message: `owner_id must be $user.id, which is "${ben.id}"; it is "${ann.id}"`,
              },
            ],
          },
        ],
      },
    });
  });

  test("no rule; a field; a route for administrators; a stranger; a look as somebody else", async () => {
    const none = await read("/api/items/plans", ann.headers);
    expect((await explained(none)).explanation).toMatchObject({ decision: "deny", matched_rules: [] });
    const filter = encodeURIComponent('{"secret":"x"}');
    const field = await read(`/api/items/notes?filter=${filter}`, keys.public.headers);
    expect(await explained(field)).toMatchObject({ code: "FIELD_FORBIDDEN", field: "filter.secret" });
    const route = await read("/api/users", ann.headers);
    expect(await explained(route)).toMatchObject({ collection: null, action: null, explanation: null });
    const stranger = await app.send("/api/t/default/items/notes", { title: "x" });
    expect(await explained(stranger)).toMatchObject({ principal: { kind: "anonymous", id: null }, action: "create" });
    const seen = await read("/api/items/plans", viewing(owner, `user:${ben.id}`));
    expect(await explained(seen)).toMatchObject({
      principal: { id: ben.id, viewer: expect.stringMatching(/^operator:/) },
    });
    const key = await read("/api/items/plans", keys.editor.headers);
    expect((await explained(key)).explanation).toMatchObject({ decision: "deny" });
  });

  test("what is gone since is said", async () => {
    const answer = await patch(ben.headers, { title: "x" }, "018f4e9a-5c1e-7b3a-9c2d-00000000000a");
    expect((await explained(answer)).explanation).toEqual({ reason: expect.stringContaining("no such item") } as never);
  });
});

test("the list has the newest first, and those of one user; no bodies, queries or secrets", async () => {
  const secret = encodeURIComponent('{"secret":"seekrit"}');
  const last = await read(`/api/items/plans?filter=${secret}`, ann.headers);
  await app.send("/api/items/plans", { title: "seekrit" }, ben.headers);
  const all = await refusals();
  expect(all[0]!.principal.id).toBe(ben.id);
  const own = await refusals(`?user_id=${ann.id}`);
  expect(own[0]!.request_id).toBe(idOf(last));
  expect(new Set(own.map(({ principal }) => principal.id))).toEqual(new Set([ann.id]));
  expect(own.every((one) => one.explanation === undefined)).toBe(true);
  expect(JSON.stringify(all)).not.toContain("seekrit");
  expect(JSON.stringify(all)).not.toContain(ann.headers.authorization!.slice(7, 30));
});

test("what is found, or is wrong with the request, is no refusal of this kind", async () => {
  const before = (await refusals()).length;
  await read("/api/items/notes", ann.headers);
  await read("/api/items/notes?limit=x", ann.headers);
  await read("/api/items/nothing", ann.headers);
  await read("/api/nowhere", ann.headers);
  await read("/api/items/notes", bearer("wrong"));
  expect((await refusals()).length).toBe(before);
});

test("a stranger who is refused often drives out nobody else's", async () => {
  const kept = await read("/api/items/plans", ann.headers);
  for (let i = 0; i < 300; i++) await read("/api/items/plans", {});
  expect((await explained(kept)).principal.id).toBe(ann.id);
  const strangers = (await refusals()).filter(({ principal }) => principal.kind === "anonymous");
  expect(strangers).toHaveLength(25);
});

test("for administrators of the workspace, and whoever may read its rules", async () => {
  const answer = await read("/api/items/plans", ann.headers);
  const query = `?request_id=${idOf(answer)}`;
  for (const who of [keys.secret.headers, members.viewer, keys.plain.headers]) {
    expect(await refusals(query, who)).toHaveLength(1);
  }
  const { headers } = await makeKey("rules", { kind: "scoped", roles: ["admin"], actions: ["rules:read"] });
  const [blind] = await refusals(query, headers);
  expect(blind!.explanation).not.toBeUndefined();
  expect(blind!.principal).toMatchObject({ kind: "user", id: null });
  expect(await refusals(query, keys.foreign.headers)).toEqual([]);
  expect(await refusalIn(await read(`/api/refusals${query}`, {}))).toEqual([401, "UNAUTHORIZED"]);
  for (const who of [ann.headers, foreign.headers, keys.public.headers, keys.noRules.headers]) {
    expect((await refusalIn(await read(`/api/refusals${query}`, who)))[0]).toBe(403);
  }
});

test("ids of users and keys are for whoever may list them", async () => {
  const answers = [
    await read("/api/items/plans", ann.headers),
    await app.send(`/api/users/${ben.id}/roles`, { roles: [] }, ann.headers, "PUT"),
    await read("/api/items/plans", keys.editor.headers),
    await read("/api/items/plans", viewing(keys.reader.headers, `user:${ben.id}`)),
  ];
  const [, , , seen] = answers;
  const scoped = async (...actions: string[]) =>
    (await makeKey(actions.join(), { kind: "scoped", roles: ["admin"], actions: ["rules:read", ...actions] })).headers;
  const ids = { users: [ann.id, ben.id], keys: [keys.editor.id, keys.reader.id] };
  const textFor = async (who: Headers) => {
    const found = await Promise.all(answers.map(async (one) => refusals(`?request_id=${idOf(one)}`, who)));
    expect(found.flat()).toHaveLength(answers.length);
    return JSON.stringify([found, await refusals("", who)]);
  };
  const blind = await scoped("read");
  for (const [who, shown] of [
    [blind, []],
    [await scoped("users:read"), ids.users],
    [await scoped("keys:read"), ids.keys],
    [owner, [...ids.users, ...ids.keys]],
  ] as const) {
    const text = await textFor(who);
    const there = [...ids.users, ...ids.keys].filter((id) => text.includes(id));
    expect(there).toEqual([...shown]);
  }
  expect((await refusals(`?request_id=${idOf(answers[1]!)}`, blind))[0]).toMatchObject({
    path: "/api/users/:id/roles",
  });
  expect((await refusals(`?request_id=${idOf(seen!)}`, blind))[0]!.principal).toMatchObject({ viewer: "key" });
  const filtered = await read(`/api/refusals?user_id=${ann.id}`, blind);
  expect(await refusalIn(filtered)).toEqual([403, "FORBIDDEN", "user_id"]);
  const body = { user_id: ann.id, collection: "notes", action: "read" };
  const simulated = await app.send("/api/permissions/simulate", body, await scoped("rules:write"));
  expect(await refusalIn(simulated)).toEqual([403, "FORBIDDEN", "user_id"]);
});

describe("simulate says in words what fails", () => {
  beforeAll(async () => {
    const rules = [
      {
        role: "editor",
        collection: "notes",
        action: "update",
        condition: { $and: [{ title: { _starts_with: "of", _neq: "of ann" } }, { secret: { _null: false } }] },
        check: { $or: [{ title: "a" }, { title: "b" }] },
      },
      {
        role: "editor",
        collection: "plans",
        action: "create",
        fields: ["title"],
        check: { title: { _in: ["x", "y"] } },
      },
      { role: "editor", collection: "*", action: "delete", condition: { $not: { owner_id: null } } },
    ];
    await answeredData(await app.send("/api/permissions", rules, owner));
  });

  test("the parts of a condition before the change", async () => {
    expect(await failures({ roles: ["editor"], id: annsNote })).toEqual(['title must not be "of ann"; it is "of ann"']);
  });

  test("the check after it", async () => {
    const { id } = await answeredData(await app.send("/api/items/notes", { title: "of x", secret: "s" }, owner));
    expect(await failures({ roles: ["editor"], id, item: { title: "c" } })).toEqual([
      'one of these must hold, and none does: [{"title":"a"},{"title":"b"}]',
    ]);
    expect(await failures({ roles: ["editor"], id, item: { title: "a" } })).toEqual([]);
  });

  test("a new item, and fields that the rule does not include", async () => {
    const create = { collection: "plans", action: "create", roles: ["editor"] };
    expect(await failures({ ...create, item: { title: "z" } })).toEqual(['title must be one of ["x","y"]; it is "z"']);
    expect(await failures({ ...create, item: { title: "x", secret: "s" } })).toEqual([
      "the rule does not include the field secret",
    ]);
  });

  test("a rule for all collections; a described item", async () => {
    const described = { action: "delete", roles: ["editor"], item: { title: "x", owner_id: null } };
    expect(await failures(described)).toEqual(['this must not hold, and it does: {"owner_id":null}']);
  });

  test("any principal may be named; one at a time", async () => {
    const as = `user:${ben.id}`;
    expect(await failures({ as, id: annsNote })).toContain(
      `owner_id must be $user.id, which is "${ben.id}"; it is "${ann.id}"`,
    );
    const both = await app.send(
      "/api/permissions/simulate",
      { as, roles: [], collection: "notes", action: "read" },
      owner,
    );
    expect(await refusalIn(both)).toEqual([422, "VALIDATION", "as"]);
    const body = { as: `user:${foreign.id}`, collection: "notes", action: "read" };
    expect(await refusalIn(await app.send("/api/permissions/simulate", body, owner))).toEqual([
      422,
      "VALIDATION",
      "as",
    ]);
  });
});
