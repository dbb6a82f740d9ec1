import { expect, test } from "bun:test";
import { serverForTests } from "./server.ts";

const { server } = serverForTests();
const plinth = (...args: string[]) => server.plinth(...args, "--token", server.token);
const json = (...args: string[]) => server.json(...args, "--token", server.token);

test("workspaces are created, listed, renamed, archived, deleted and restored", async () => {
  const made = await plinth("workspaces", "create", "acme", "--name", "Acme");
  expect([made.code, made.err]).toEqual([0, ""]);
  expect(made.out).toMatch(/^slug +name +state.*\nacme +Acme +active/);
  expect(await json("workspaces", "list")).toMatchObject([{ slug: "default" }, { slug: "acme" }]);
  expect(await json("workspaces", "rename", "acme", "--slug", "apex")).toMatchObject({ slug: "apex", name: "Acme" });
  expect(await json("workspaces", "archive", "apex")).toMatchObject({ state: "archived" });
  expect(await json("workspaces", "unarchive", "apex")).toMatchObject({ state: "active" });
  const unconfirmed = await plinth("workspaces", "delete", "apex");
  expect([unconfirmed.code, unconfirmed.err]).toEqual([2, expect.stringContaining("repeat with ?confirm=apex")]);
  expect(await json("workspaces", "delete", "apex", "--confirm", "apex", "--grace-days", "3")).toMatchObject({
    state: "deleted",
  });
  expect(await json("workspaces", "restore", "apex")).toMatchObject({ state: "active", purge_at: null });
});

test("host names are given, listed and taken away", async () => {
  await plinth("workspaces", "create", "shop");
  expect(await json("workspaces", "add-host", "shop", "shop.example.com")).toMatchObject({ host: "shop.example.com" });
  expect(await json("workspaces", "hosts", "shop")).toMatchObject([{ host: "shop.example.com" }]);
  const wrong = await plinth("workspaces", "add-host", "shop", "localhost");
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("host: is the server's own host name")]);
  expect((await plinth("workspaces", "remove-host", "shop", "shop.example.com")).code).toBe(0);
  expect(await json("workspaces", "hosts", "shop")).toEqual([] as never);
});

test("members are invited, listed, changed and removed", async () => {
  await plinth("workspaces", "create", "team");
  const at = ["--workspace", "team"];
  const { token } = (await json("members", "invite", "ann@example.com", "developer", ...at)) as { token: string };
  const account = { name: "Ann", email: "ann@example.com", password: "correct horse battery", invitation: token };
  const joined = await fetch(`${server.url}/api/operator/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(account),
  });
  expect(joined.status).toBe(200);
  const [member] = (await json("members", "list", ...at)) as { id: string; role: string }[];
  expect(member).toMatchObject({ email: "ann@example.com", role: "developer" });
  expect(await json("members", "role", member!.id, "viewer", ...at)).toMatchObject({ role: "viewer" });
  expect(await json("keys", "list", "--created-by", `user:${member!.id}`, ...at)).toEqual([] as never);
  const removed = { id: member!.id, keys: [], keys_revoked: true };
  expect(await json("members", "remove", member!.id, "--revoke-keys", ...at)).toMatchObject(removed);
  expect(await json("members", "list", ...at)).toEqual([] as never);
});

test("what is missing or unknown is said before anything is sent", async () => {
  for (const [args, message] of [
    [["workspaces"], "plinth workspaces needs one of list, create"],
    [["workspaces", "toString"], "plinth workspaces needs one of list, create"],
    [["workspaces", "create"], "Write plinth workspaces create SLUG"],
    [["workspaces", "rename", "acme"], "Say what to change with --slug or --name"],
    [["members", "invite", "ann@example.com"], "Write plinth members invite EMAIL ROLE"],
  ] as const) {
    const { code, err } = await plinth(...args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  }
  const { code, err } = await server.plinth("workspaces", "list");
  expect([code, err]).toEqual([2, expect.stringContaining("--token or PLINTH_TOKEN")]);
});

test("the security log is read, filtered and bounded", async () => {
  await plinth("workspaces", "create", "logged");
  const at = ["--workspace", "logged"];
  for (const email of ["cy@example.com", "di@example.com"]) await plinth("members", "invite", email, "viewer", ...at);
  const listed = (await json("security-log", "list", "--type", "invitation_create", "--limit", "1", ...at)) as object[];
  expect(listed).toMatchObject([{ type: "invitation_create", outcome: "ok", detail: { member: "viewer" } }]);
  const made = await plinth("security-log", "operators", "--type", "workspace_create", "--limit", "1");
  expect(made.out).toMatch(/^at +type +outcome.*\n\S+ +workspace_create +ok +user:.*"slug":"logged"/);
  const wrong = await plinth("security-log", "list", "--outcome", "lost");
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("outcome")]);
});

test("a statement's rows are a table, or JSON", async () => {
  const shown = await plinth("sql", "select 1 as one, ?1 as two", "--param", "x");
  expect([shown.code, shown.out]).toEqual([0, "one  two\n1    x\n"]);
  const found = await json("sql", "select 1 as one");
  expect(found).toMatchObject({ columns: ["one"], rows: [[1]], truncated: false });
  const refused = await plinth("sql", "select * from plinth_users");
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("plinth_users")]);
});
