import { expect, test } from "bun:test";
import { createClient } from "../src/index.ts";
import { failure, server, signIn, url, user } from "./auth-server.ts";

test("the answer of a CAPTCHA goes along with what strangers ask", async () => {
  const sent: (string | null)[] = [];
  const fetch = (async (_: unknown, init: RequestInit) => {
    sent.push(new Headers(init.headers).get("x-captcha-response"));
    const error = { code: "CAPTCHA_FAILED", message: "", details: { site_key: "0x4" } };
    return Response.json({ error }, { status: 403 });
  }) as unknown as typeof globalThis.fetch;
  const { auth } = createClient({ url, fetch });
  const captcha = "solved";
  const person = { email: user.email, password: "p" };
  const all = [
    auth.password.signUp({ ...person, name: "M" }, { captcha }),
    auth.password.signIn(person, { captcha }),
    auth.password.forgot(person.email, { captcha }),
    auth.magicLink.send({ email: person.email }, { captcha }),
    auth.emailCode.send(person.email, { captcha }),
    auth.phone.sendCode("+4915112345678", { captcha }),
  ];
  for (const one of all) {
    expect(await failure(one)).toMatchObject({ code: "CAPTCHA_FAILED", details: { site_key: "0x4" } });
  }
  expect(sent).toEqual(Array(6).fill(captcha));
});

test("a misspelt option is refused, with the one that is near", async () => {
  const { fetch, seen } = server();
  const { auth } = createClient({ url, fetch });
  const person = { email: user.email, password: "p", name: "A" };
  const wrong = { capcha: "x", callback_ulr: "/" } as never;
  const all = {
    captcha: [
      auth.password.signUp(person, wrong),
      auth.password.signIn(person, wrong),
      auth.magicLink.send({ email: user.email }, wrong),
      auth.emailCode.send(user.email, wrong),
      auth.phone.sendCode("+49", wrong),
    ],
    callback_url: [
      auth.password.forgot(user.email, wrong),
      auth.email.sendVerification(user.email, { callback_ulr: "/" } as never),
      auth.email.change(user.email, { callback_ulr: "/" } as never),
    ],
  };
  for (const one of all.captcha)
    expect(String(await failure(one))).toContain("there is no option capcha; did you mean captcha?");
  for (const one of all.callback_url) expect(String(await failure(one))).toContain("(options are callback_url)");
  expect(seen).toEqual([]);
});

test("the token goes to its own server alone", async () => {
  const { fetch, seen } = server();
  const client = createClient({ url: `${url}/`, fetch });
  await signIn(client);
  await client.auth.fetch("/api/me");
  expect(seen.at(-1)).toMatchObject({ path: "/api/me" });
  for (const other of [
    "https://server.test/api",
    "http://evil.test",
    "//evil.test/api",
    "http://server.test@evil.test",
  ]) {
    expect(String(await failure(client.auth.fetch(other)))).toContain("is for http://server.test alone");
  }
  expect(seen).toHaveLength(2);
});
