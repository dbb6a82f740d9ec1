/** Functions that run without the sandbox: who may deploy one where, and that none ever runs in the other runtime instead. */
import { expect, test } from "bun:test";
import { type Config, type SandboxProgram, TRUSTED_FUNCTIONS, type TrustedRuntime } from "@plinth/core";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";

const ran: SandboxProgram[] = [];
/** Says where it has run. */
const trusted: TrustedRuntime = {
  name: "test",
  async run(program) {
    ran.push(program);
    const usage = { wallMs: 1, cpuMs: 1, calls: 0 };
    return { ok: true, value: program.checkOnly ? undefined : "trusted", logs: [], logsLeftOut: 0, usage };
  },
  async close() {},
};
const source = `export default () => "sandbox";`;
const asks = { source, runtime: "trusted", http: { auth: "public" } };

async function opened(
  trustedFunctions: Config["trustedFunctions"],
  parts: Parameters<typeof testApp>[1] = { trusted },
) {
  const app = testApp({ trustedFunctions, signUp: "open" }, parts);
  await app.app.ready();
  const boss = bearer(await app.signUp("boss@example.com"));
  return { ...app, boss };
}
const deploy = (app: TestApp, who: Record<string, string>, body: object = asks, prefix = "/api") =>
  app.send(`${prefix}/deployments/one`, body, who, "PUT");
const dataOf = async (answer: Response) => ((await answer.json()) as { data: never }).data;

test("a server whose operator has not allowed it, or that cannot limit it, refuses to deploy one", async () => {
  const off = await opened("off");
  expect(await refusalIn(await deploy(off, off.boss))).toEqual([501, "TRUSTED_FUNCTIONS_OFF"]);
  const config = { source: `export const config = { runtime: "trusted" }; ${source}` };
  expect(await refusalIn(await deploy(off, off.boss, config))).toEqual([501, "TRUSTED_FUNCTIONS_OFF"]);
  const elsewhere = await opened("members", {});
  const refused = await deploy(elsewhere, elsewhere.boss);
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({
    error: { code: "UNSUPPORTED_BY_ADAPTER", details: { capability: "trustedFunctions" } },
  });
  expect(ran).toEqual([]);
  const wrong = await deploy(off, off.boss, { ...asks, runtime: "native" });
  expect(await refusalIn(wrong)).toEqual([422, "VALIDATION", "runtime"]);
});

test("owners of the server deploy one, and others only where the operator says so", async () => {
  for (const allowed of TRUSTED_FUNCTIONS.filter((one) => one !== "off")) {
    const app = await opened(allowed);
    expect((await deploy(app, app.boss)).status).toBe(200);
    const { key } = (await dataOf(await app.send("/api/keys", { kind: "secret", name: "ci" }, app.boss))) as {
      key: string;
    };
    const byKey = await deploy(app, { "x-api-key": key });
    if (allowed === "members") expect(byKey.status).toBe(200);
    else expect(await refusalIn(byKey)).toEqual([403, "FORBIDDEN", "runtime"]);
    // A user of the pool, whatever its role.
    const ann = bearer(await app.signUp("ann@example.com"));
    const { id } = (await dataOf(await app.call("/api/me", { headers: ann }))) as { id: string };
    expect((await app.send(`/api/users/${id}/roles`, { roles: ["admin"] }, app.boss, "PUT")).status).toBe(200);
    expect((await deploy(app, ann, { source })).status).toBe(200);
    expect(await refusalIn(await deploy(app, ann))).toEqual([403, "FORBIDDEN", "runtime"]);
  }
});

test("a deployment says that the runtime is a new right, and it stands with each version", async () => {
  const app = await opened("owners");
  expect((await deploy(app, app.boss, { source })).status).toBe(200);
  const check = await app.send("/api/deployments/one/check", { source, runtime: "trusted" }, app.boss);
  expect(await dataOf(check)).toMatchObject({ runtime: "trusted", grows: ["runtime: trusted"] } as never);
  expect(await dataOf(await deploy(app, app.boss))).toMatchObject({ runtime: "trusted" } as never);
  expect(await dataOf(await app.send("/api/functions/one", {}))).toBe("trusted" as never);
  expect(ran.at(-1)).toMatchObject({ version: expect.stringMatching(/ 2$/) });
  await app.send("/api/deployments/one/rollback", { version: 1 }, app.boss);
  expect(await refusalIn(await app.send("/api/functions/one", {}))).toEqual([401, "UNAUTHORIZED"]);
  const versions = await dataOf(await app.call("/api/deployments/one/versions", { headers: app.boss }));
  expect(versions).toMatchObject([{ runtime: "trusted" }, { runtime: "sandbox" }] as never);
  const [logged] = (await dataOf(
    await app.call("/api/security-log?type=function_deploy", { headers: app.boss }),
  )) as object[];
  expect(logged).toMatchObject({ detail: { version: 2, runtime: "trusted" } });
});

test("where it is no longer allowed, it fails with its own error, and runs nowhere", async () => {
  const before = await opened("owners");
  await deploy(before, before.boss);
  const after = testApp({ trustedFunctions: "off", signUp: "open" }, { driver: before.driver, trusted });
  await after.app.ready();
  const count = ran.length;
  expect(await refusalIn(await after.send("/api/functions/one", {}))).toEqual([501, "TRUSTED_FUNCTIONS_OFF"]);
  const rollback = await after.send("/api/deployments/one/rollback", { version: 1 }, before.boss);
  expect(await refusalIn(rollback)).toEqual([501, "TRUSTED_FUNCTIONS_OFF"]);
  const runs = await dataOf(await after.call("/api/deployments/one/runs", { headers: before.boss }));
  expect(runs).toMatchObject([
    { status: "failed", error: { kind: "refused", code: "TRUSTED_FUNCTIONS_OFF" } },
  ] as never);
  expect(ran.length).toBe(count);
});
