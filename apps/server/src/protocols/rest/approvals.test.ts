/** Approvals in flows: who may decide, by the API and by the links of mails, and what the run makes of it. */
import { afterAll, expect, test } from "bun:test";
import type { JsonObject } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { bearer, refusalIn } from "../../testing/app.ts";
import { dataIn, flowBench } from "../../testing/flows.ts";
import { mailer } from "../../testing/senders.ts";

const { app, boss, made, read, start, ended, advance, deploy, refused, stepsOf, stop } = await flowBench({ mailer });
afterAll(stop);

interface Asked {
  id: string;
  state: string;
  question: string;
  approvers: string[] | null;
  decisions: { by: string | null; decision: string; comment: string; via: string }[];
}

const account = async (email: string) => {
  const token = await app.signUp(email);
  const headers = bearer(token);
  const { id } = await dataIn<{ id: string }>(await app.call("/api/me", { headers }));
  return { id, headers };
};
const [ann, ben, cid] = [
  await account("ann@example.com"),
  await account("ben@example.com"),
  await account("cid@example.com"),
];
await made("/api/roles", { name: "manager" });
for (const { id } of [ann, ben]) await made(`/api/users/${id}/roles`, { roles: ["manager"] }, "PUT");

const listed = async (headers: Record<string, string>, query = "state=pending") =>
  dataIn<Asked[]>(await app.call(`/api/approvals?${query}`, { headers }));
const decided = (id: string, headers: Record<string, string>, decision: string, comment = "") =>
  app.send(`/api/approvals/${id}/decide`, { decision, comment }, headers);

/** What a run asks, once it does. */
const waiting = async (run: string): Promise<Asked> => {
  await ended(run, "scheduled");
  const [asked] = await read<Asked[]>(`/api/approvals?of=all&run=${run}`);
  return asked!;
};

const node = (more: object) => ({ id: "ok", type: "approval", question: "Ship {{ input.total }}?", ...more });

test("who has the role decides, once; the run goes on with it, and its trace and the security log keep it", async () => {
  await deploy("one", [
    node({ from: { roles: ["manager"] }, details: { total: "{{ input.total }}" } }),
    { id: "what", type: "set", value: "{{ steps.ok.outcome }}" },
  ]);
  const run = await start("one", { total: 7 });
  const asked = await waiting(run);
  expect(asked).toMatchObject({ state: "pending", question: "Ship 7?", approvers: ["role:manager"], decisions: [] });
  expect(await read(`/api/flow-runs/${run}`)).toMatchObject({ state: "scheduled", approval: asked.id });
  expect((await listed(ann.headers)).map(({ id }) => id)).toEqual([asked.id]);
  expect((await listed(ann.headers))[0]).toMatchObject({ approvers: null });
  expect(await listed(cid.headers)).toEqual([]);
  expect(await refusalIn(await app.call("/api/approvals?of=all", { headers: ann.headers }))).toEqual([
    403,
    "FORBIDDEN",
  ]);
  expect(await refusalIn(await decided(asked.id, cid.headers, "approve"))).toEqual([404, "NOT_FOUND"]);
  expect(await refusalIn(await decided(asked.id, boss, "approve"))).toEqual([403, "FORBIDDEN"]);
  expect(await refusalIn(await decided(asked.id, {}, "approve"))).toEqual([401, "UNAUTHORIZED"]);

  await dataIn(await decided(asked.id, ben.headers, "approve", "fine"));
  expect(await ended(run)).toMatchObject({ state: "succeeded", result: "approved" });
  const steps = await stepsOf(run);
  expect(steps.map(({ path }) => path)).toEqual(["ok.asked", "ok", "what"]);
  expect(steps[0]).toMatchObject({ input: { question: "Ship 7?" }, output: { approval: asked.id } });
  expect(steps[1]!.output).toMatchObject({
    ...{ outcome: "approved", expired: false },
    decisions: [{ by: `user:${ben.id}`, decision: "approve", comment: "fine", via: "api" }],
  });
  const [event] = await read<object[]>("/api/security-log?type=approval_decide&limit=1");
  expect(event).toMatchObject({
    ...{ actor: `user:${ben.id}`, target: `approval:${asked.id}` },
    detail: { decision: "approve", run, node: "ok", outcome: "approved" },
  });
  expect(await refusalIn(await decided(asked.id, ann.headers, "reject"))).toEqual([409, "CONFLICT", "decision"]);
  expect((await listed(ann.headers, "state=approved")).map(({ id }) => id)).toEqual([asked.id]);
});

test("two must approve, at the same time too, and one rejection is enough", async () => {
  await deploy("two", [node({ from: { users: [ann.id, ben.id, cid.id] }, needs: 2 })]);
  const run = await start("two", { total: 1 });
  const { id } = await waiting(run);
  await dataIn(await decided(id, ann.headers, "approve"));
  expect(await refusalIn(await decided(id, ann.headers, "approve"))).toEqual([409, "CONFLICT", "decision"]);
  await ended(run, "scheduled");
  const both = await Promise.all([decided(id, ben.headers, "approve"), decided(id, cid.headers, "approve")]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  expect((await ended(run)).result).toMatchObject({ outcome: "approved", decisions: [{}, {}] });

  const other = await start("two", { total: 2 });
  const asked = await waiting(other);
  await dataIn(await decided(asked.id, ann.headers, "reject"));
  expect((await ended(other)).result).toMatchObject({ outcome: "rejected", decisions: [{ decision: "reject" }] });
});

test("what nobody settles in time ends as the flow says, and takes no decision any more", async () => {
  await deploy("late", [node({ from: { users: [ann.id] }, expires_in: 60, on_expiry: "rejected" })]);
  const run = await start("late", { total: 1 });
  const { id } = await waiting(run);
  advance(61_000);
  expect(await refusalIn(await decided(id, ann.headers, "approve"))).toEqual([409, "CONFLICT", "decision"]);
  expect((await ended(run)).result).toMatchObject({ outcome: "rejected", expired: true, decisions: [] });
});

test("a run that is cancelled asks nobody, and one that begins again asks anew", async () => {
  await deploy("again", [{ id: "first", type: "set", value: "x" }, node({ from: { users: [ann.id] } })]);
  const run = await start("again", { total: 1 });
  const { id } = await waiting(run);
  await made(`/api/flow-runs/${run}/cancel`);
  expect(await refusalIn(await decided(id, ann.headers, "approve"))).toEqual([409, "CONFLICT", "decision"]);
  expect(await listed(ann.headers)).toEqual([]);
  await made(`/api/flow-runs/${run}/retry`, { from: "first" });
  const again = await waiting(run);
  expect(again.id).not.toBe(id);
  expect(await refusalIn(await decided(id, ann.headers, "approve"))).toEqual([404, "NOT_FOUND"]);
  await dataIn(await decided(again.id, ann.headers, "approve"));
  expect((await ended(run)).result).toMatchObject({ outcome: "approved" });
});

test("nobody can store the event that wakes such a run", async () => {
  const event = { name: "$approval", key: "x", payload: "approved" };
  expect(await refusalIn(await app.send("/api/events", event, boss))).toEqual([422, "VALIDATION", "name"]);
});

test("a person without an account decides by a link, whose opening decides nothing", async () => {
  const permissions = { mail: true };
  await deploy("mailed", [node({ from: { addresses: ["Dora@example.com"] }, mail: true })], { permissions });
  const run = await start("mailed", { total: "<b>1</b>" });
  const { id } = await waiting(run);
  const token = await linkTo("Dora@example.com");
  const page = await app.call(`/approval?token=${token}`);
  const shown = await page.text();
  expect([page.status, shown.includes("Ship &lt;b&gt;1&lt;/b&gt;?")]).toEqual([200, true]);
  expect((await read<Asked>(`/api/approvals/${id}`)).state).toBe("pending");
  const wrong = await app.send("/api/approval-links/decide", { token: `${token}x`, decision: "approve" });
  expect(await refusalIn(wrong)).toEqual([422, "VALIDATION", "token"]);
  await made("/api/approval-links/decide", { token, decision: "reject", comment: "too much" });
  expect((await ended(run)).result).toMatchObject({
    outcome: "rejected",
    decisions: [{ by: "address:dora@example.com", comment: "too much", via: "mail" }],
  });
  const after = { state: "rejected", title: null, question: null, details: null };
  expect(await made<JsonObject>("/api/approval-links", { token })).toMatchObject(after);
  expect(await (await app.call(`/approval?token=${token}`)).text()).not.toContain("Ship");
  const twice = await app.send("/api/approval-links/decide", { token, decision: "approve" });
  expect(await refusalIn(twice)).toEqual([409, "CONFLICT", "decision"]);
});

test("one person counts once, by an account and by the address of it", async () => {
  const fay = await account("fay@example.com");
  await made(`/api/users/${fay.id}/roles`, { roles: ["manager"] }, "PUT");
  const from = { roles: ["manager"], addresses: ["fay@example.com"] };
  await deploy("both", [node({ from, needs: 2, mail: true })], { permissions: { mail: true } });
  const { id } = await waiting(await start("both", { total: 1 }));
  await dataIn(await decided(id, fay.headers, "approve", "I am sure"));
  const token = await linkTo("fay@example.com");
  const second = await app.send("/api/approval-links/decide", { token, decision: "approve" });
  expect(await refusalIn(second)).toEqual([409, "CONFLICT", "decision"]);
  const [seen] = await listed(ann.headers);
  expect(seen).toMatchObject({ id, decisions: [{ by: null, decision: "approve", comment: "" }] });
  const [own] = await listed(fay.headers);
  expect(own!.decisions).toMatchObject([{ by: `user:${fay.id}`, comment: "I am sure" }]);
  await dataIn(await decided(id, ann.headers, "reject"));

  await app.driver.run({ sql: "update plinth_users set email_verified = 1 where email like 'cid@%'", params: [] });
  await deploy("named", [node({ from: { addresses: ["CID@example.com"] }, mail: true })], {
    permissions: { mail: true },
  });
  const asked = await waiting(await start("named", { total: 1 }));
  expect(asked.approvers).toEqual([`user:${cid.id}`]);
});

test("a role that is gone decides nothing, whatever the token says", async () => {
  await made("/api/roles", { name: "clerk" });
  const dan = await account("dan@example.com");
  await made(`/api/users/${dan.id}/roles`, { roles: ["clerk"] }, "PUT");
  await deploy("clerks", [node({ from: { roles: ["clerk"] } })]);
  const { id } = await waiting(await start("clerks", { total: 1 }));
  expect((await listed(dan.headers)).map((each) => each.id)).toEqual([id]);
  await app.driver.run({ sql: "delete from plinth_user_roles where user_id = ?", params: [dan.id] });
  expect(await refusalIn(await decided(id, dan.headers, "approve"))).toEqual([404, "NOT_FOUND"]);
});

test("a link ends with the role of the person to whom it was sent, and is sent to confirmed addresses alone", async () => {
  await app.driver.run({ sql: "update plinth_users set email_verified = 1 where email like 'ann@%'", params: [] });
  const nodes = [node({ from: { roles: ["manager"] }, mail: true })];
  await deploy("by-role", nodes, { permissions: { mail: true } });
  const run = await start("by-role", { total: 3 });
  await waiting(run);
  const toBen = await read<{ template: string }[]>("/api/mail/outbox?to=ben@example.com");
  expect(toBen.map(({ template }) => template)).toEqual(["verify_email"]);
  const token = await linkTo("ann@example.com");
  await made("/api/approval-links", { token });
  await made(`/api/users/${ann.id}/roles`, { roles: [] }, "PUT");
  const late = await app.send("/api/approval-links/decide", { token, decision: "approve" });
  expect(await refusalIn(late)).toEqual([422, "VALIDATION", "token"]);
  await dataIn(await decided((await waiting(run)).id, ben.headers, "approve"));
  expect((await ended(run)).result).toMatchObject({ outcome: "approved" });
});

test("an address that has got as many mails as it may is asked later, and the run goes on", async () => {
  await deploy("busy", [node({ from: { addresses: ["eve@example.com"] }, mail: true })], {
    permissions: { mail: true },
  });
  const runs: string[] = [];
  for (let i = 0; i < 16; i++) runs.push(await start("busy", { total: i }));
  const states = await Promise.all(runs.map(async (run) => (await ended(run, "scheduled", "dead")).state));
  expect(new Set(states)).toEqual(new Set(["scheduled"]));
  const asked = async () => (await read<object[]>("/api/approvals?of=all&flow=busy&limit=50")).length;
  expect(await asked()).toBe(15);
  advance(3_700_000);
  await until(async () => {
    await app.app.tick();
    return (await asked()) === 16;
  });
});

test("a definition says who may decide, and that it may send mail", async () => {
  const cases: [object, RegExp][] = [
    [{ from: {} }, /^nodes\.0\.from: node ok: name somebody/],
    [{ from: { roles: ["public"] } }, /^nodes\.0\.from\.roles\.0: node ok: public is everybody/],
    [{ from: { addresses: ["d@example.com"] } }, /^nodes\.0\.mail: node ok: must be true/],
    [{ from: { users: ["a"] }, mail: true }, /^nodes\.0\.mail: node ok: permissions\.mail is not true/],
    [{ from: { roles: ["manager"] }, needs: "all" }, /^nodes\.0\.needs: node ok: all is about people/],
  ];
  for (const [more, message] of cases) expect(await refused([node(more)])).toMatch(message);
  await deploy("nobody", [node({ from: { users: ["{{ input.who }}"] } })]);
  const run = await ended(await start("nobody", { who: "nobody@example.com", total: 1 }));
  expect(run).toMatchObject({
    state: "dead",
    error: expect.stringMatching(/^ok\.asked: from\.users: there is no user/),
  });
});

/** The token of the last link that an address has got. */
async function linkTo(email: string): Promise<string> {
  const [mail] = await read<{ id: string }[]>(`/api/mail/outbox?to=${encodeURIComponent(email)}&limit=1`);
  const { content } = await read<{ content: { text: string } }>(`/api/mail/outbox/${mail!.id}`);
  return /token=([\w-]+)/.exec(content.text)![1]!;
}
