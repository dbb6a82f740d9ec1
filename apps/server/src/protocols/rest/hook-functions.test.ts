/** Functions in place of programs that the settings of sign-in name. */
import { afterEach, expect, test } from "bun:test";
import path from "node:path";
import { refusalIn } from "../../testing/app.ts";
import { openWithHooks, stopReceiver } from "../../testing/hooks.ts";

const PAGE = path.join(import.meta.dir, "../../../../../docs/hooks.md");

afterEach(stopReceiver);

test("the function of the page decides about sign-ups and adds claims; one that fails or is not there refuses", async () => {
  const [, source] = /```js\n(.*?)```/s.exec(await Bun.file(PAGE).text())!;
  const world = await openWithHooks(() => new Response("", { status: 500 }));
  await world.app.ready();
  const deploy = async (name: string, text: string) => {
    const answer = await world.send(`/api/t/acme/deployments/${name}`, { source: text }, world.operator, "PUT");
    expect(answer.status).toBe(200);
  };
  await deploy("sign-in", source!);
  const named = "function:sign-in";
  expect((await world.change({ before_sign_up: named, token_claims: named, password_check: null })).status).toBe(200);
  expect(await refusalIn(await world.signUp("eve@other.example"))).toEqual([403, "SIGN_UP_REFUSED"] as never);
  expect((await world.signUp("ann@example.com")).status).toBe(200);
  const claims = async () => {
    const answer = await world.signIn("ann@example.com", undefined, { tokens: true });
    const { tokens } = (await answer.json()) as { tokens: { access_token: string } };
    return JSON.parse(Buffer.from(tokens.access_token.split(".")[1]!, "base64url").toString()) as object;
  };
  expect(await claims()).toMatchObject({ custom: { plan: "free" } });
  expect(await world.received).toEqual([]);

  await deploy("sign-in", "export default () => { throw new Error('secret reason'); }");
  const failed = await world.signUp("ben@example.com");
  expect([failed.status, (await failed.text()).includes("secret reason")]).toEqual([503, false]);
  await deploy("nothing", "export default () => {}");
  expect((await world.change({ before_sign_up: "function:nothing" })).status).toBe(200);
  await world.call("/api/t/acme/deployments/nothing", { method: "DELETE", headers: world.operator });
  expect((await world.signUp("ben@example.com")).status).toBe(503);
  const reasons = (await world.events("hook_failure")).map(({ detail }) => detail);
  expect(reasons).toEqual([
    { hook: "before_sign_up", reason: "no such function" },
    { hook: "before_sign_up", reason: "function failed" },
  ]);
  const runs = await world.call("/api/t/acme/deployments/sign-in/runs", { headers: world.operator });
  expect(((await runs.json()) as { data: object[] }).data).toMatchObject([{ trigger: "hook", status: "failed" }]);
});

test("what is no function's name, a function that is not there, and one for scans, are refused", async () => {
  const world = await openWithHooks(() => new Response("{}"));
  const wrong = [
    { before_sign_up: "function:No Name" },
    { file_scan: "function:scan" },
    { token_claims: "function:none" },
  ];
  for (const hooks of wrong) {
    const [field] = Object.keys(hooks);
    const answer = await world.change(hooks);
    expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining(`hooks.${field}: `)]);
  }
});
