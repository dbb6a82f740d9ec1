/** An account that its owner has taken from the person who signed it up with the owner's address stays the owner's. */
import { expect, test } from "bun:test";
import { bearer, testApp } from "../../testing/app.ts";
import { mailer } from "../../testing/senders.ts";

const tokenIn = (text: string) => new URL(/https?:\/\/\S+/.exec(text)![0]).searchParams.get("token");

test("a link to change the address that was asked for before the take-over does nothing", async () => {
  const world = testApp({ authRateLimit: 1000 }, { mailer });
  const operator = bearer(await world.signUp("operator@example.com"));
  const mailTo = async (to: string): Promise<string> => {
    const list = await world.call(`/api/mail/outbox?to=${to}&limit=1`, { headers: operator });
    const [{ id }] = ((await list.json()) as { data: [{ id: string }] }).data;
    const found = await world.call(`/api/mail/outbox/${id}`, { headers: operator });
    return ((await found.json()) as { data: { content: { text: string } } }).data.content.text;
  };
  const stranger = bearer(await world.signUp("owner@example.com"));
  const change = { new_email: "stranger@example.net" };
  expect((await world.send("/api/auth/change-email", change, stranger)).status).toBe(200);
  const token = tokenIn(await mailTo("stranger@example.net"));

  await world.send("/api/auth/email-otp/send-verification-otp", { email: "owner@example.com" });
  const otp = /^\d{6}$/m.exec(await mailTo("owner@example.com"))![0];
  const entered = await world.send("/api/auth/sign-in/email-otp", { email: "owner@example.com", otp });
  const owner = bearer(entered.headers.get("set-auth-token")!);
  expect((await world.call("/api/me", { headers: stranger })).status).toBe(401);

  expect((await world.send("/api/auth/verify-email", { token })).status).toBe(422);
  const me = (await (await world.call("/api/me", { headers: owner })).json()) as { data: { email: string } };
  expect(me.data.email).toBe("owner@example.com");
});

test("a link to change the address works once", async () => {
  const world = testApp({ authRateLimit: 1000 }, { mailer });
  const operator = bearer(await world.signUp("operator@example.com"));
  const user = bearer(await world.signUp("user@example.com"));
  await world.send("/api/auth/change-email", { new_email: "new@example.com" }, user);
  const list = await world.call("/api/mail/outbox?to=new@example.com&limit=1", { headers: operator });
  const [{ id }] = ((await list.json()) as { data: [{ id: string }] }).data;
  const found = await world.call(`/api/mail/outbox/${id}`, { headers: operator });
  const token = tokenIn(((await found.json()) as { data: { content: { text: string } } }).data.content.text);
  expect((await world.send("/api/auth/verify-email", { token })).status).toBe(200);
  const session = await world.call("/api/auth/get-session", { headers: user });
  expect(((await session.json()) as { user: { email: string } }).user.email).toBe("new@example.com");
  expect((await world.send("/api/auth/verify-email", { token })).status).toBe(422);
});
