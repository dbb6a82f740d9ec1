import { expect, test } from "bun:test";
import { DEFAULT_WORKSPACE_ID } from "@plinth/core";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";

test("a passkey is not removed where it is the last sign-in method", async () => {
  const { send, signUp, driver } = testApp();
  await signUp("operator@example.com");
  const form = { name: "Ada", email: "ada@example.com", password: "correct horse" };
  const { token, user } = (await (await send("/api/auth/sign-up/email", form)).json()) as {
    token: string;
    user: { id: string };
  };
  const ids = ["01a20000-0000-7000-8000-000000000001", "01a20000-0000-7000-8000-000000000002"];
  for (const id of ids) {
    await driver.run({
      sql: `insert into plinth_passkeys (id, workspace_id, user_id, public_key, credential_id, counter, device_type, backed_up, created_at)
        values (?1, ?2, ?3, 'key', ?1, 0, 'singleDevice', 0, ?4)`,
      params: [id, DEFAULT_WORKSPACE_ID, user.id, Date.now()],
    });
  }
  await driver.run({ sql: "delete from plinth_accounts where user_id = ?1", params: [user.id] });
  const remove = (id: string) => send(`/api/passkeys/${id}`, undefined, bearer(token), "DELETE");
  const answers = await Promise.all(ids.map(remove));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(await refusalIn(answers.find(({ status }) => status === 409)!)).toEqual([409, "CONFLICT", "id"]);
  const left = "select count(*) as n from plinth_passkeys";
  expect(await driver.all({ sql: left, params: [] })).toEqual([{ n: 1 }]);
});
