/** A workspace's own host names in what is sent to its users: links, passkeys, pages and the way back from a provider. */
import { beforeAll, describe, expect, test } from "bun:test";
import { APP_URL } from "../../testing/app.ts";
import { giveHost, type HostWorld, hostWorld, joinShop, SHOP } from "../../testing/host-world.ts";
import { oidcServer } from "../../testing/oidc.ts";

describe("a host name of a workspace", () => {
  let all: HostWorld;
  let cookie: string;

  beforeAll(async () => {
    all = await hostWorld();
    await giveHost(all, "shop.example.org");
    cookie = await joinShop(all);
  });

  test("is where its mails' links, passkeys and pages are", async () => {
    const { app, sent } = all;
    const asked = { email: "ann@example.com" };
    await app.send(`${SHOP}/api/auth/request-password-reset`, asked, { origin: SHOP });
    await app.send("/api/t/acme/auth/request-password-reset", asked);
    const links = () =>
      sent.flatMap((text) => text.match(/http\S+reset-password\?token=/g) ?? []).map((link) => link.split("?")[0]!);
    // The mails are also sent by what a request leaves to be done after its answer.
    for (let i = 0; i < 50 && links().length < 2; i++) {
      await app.app.tick?.();
      await Bun.sleep(20);
    }
    expect(links().toSorted()).toEqual(
      [`${APP_URL}/t/${all.acme}/reset-password`, `${SHOP}/reset-password`].toSorted(),
    );
    expect(sent.every((text) => !text.includes(APP_URL) || !text.includes(SHOP))).toBe(true);

    const options = await app.call(`${SHOP}/api/auth/passkey/generate-authenticate-options`);
    expect(await options.json()).toMatchObject({ rpId: "shop.example.org" });

    const page = await app.call(`${SHOP}/sign-in`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("Acme");
    const home = await app.call(`${SHOP}/`);
    expect([home.status, home.headers.get("location")]).toEqual([302, "/account"]);
    expect((await app.call("/")).status).toBe(200);
  });

  test("is where its invitations lead when they are made there", async () => {
    const { app, operator } = all;
    const linkOf = async (at: string) => {
      const headers = { ...operator, "x-plinth-workspace": "acme" };
      const made = await app.send(`${at}/api/invitations`, { email: `guest${at.length}@example.com` }, headers);
      return ((await made.json()) as { data: { link: string } }).data.link.split("?")[0];
    };
    expect(await linkOf(SHOP)).toBe(`${SHOP}/invitation`);
    expect(await linkOf("")).toBe(`${APP_URL}/t/${all.acme}/invitation`);
  });

  test("is the address that its messages name", async () => {
    const { app, operator, sent } = all;
    const own = { ...operator, "x-plinth-workspace": "acme" };
    await app.send("/api/t/acme/auth-settings", { phone: { sign_in: true } }, operator, "PATCH");
    for (const [name, texts] of [
      ["invitation", { text: "Invited to {{app_url}}: {{url}}", subject: "Welcome" }],
      ["phone_code", { text: "{{code}} is your code for {{app_url}}" }],
    ] as const) {
      const path = `/api/mail/templates/${name}/en`;
      expect((await app.send(path, texts, own, "PUT")).status).toBe(200);
      const preview = await app.send(`${SHOP}${path}/preview`, {}, own);
      expect(await preview.json()).toMatchObject({ data: { text: expect.stringContaining(SHOP) } });
    }
    const before = sent.length;
    const invited = await app.send(`${SHOP}/api/invitations`, { email: "ida@example.com", send_mail: true }, own);
    expect(invited.status).toBe(201);
    const asked = await app.send(
      `${SHOP}/api/auth/change-phone`,
      { phone: "+4915112345678" },
      { cookie, origin: SHOP },
    );
    expect(asked.status).toBe(200);
    for (let i = 0; i < 50 && sent.length < before + 2; i++) {
      await app.app.tick?.();
      await Bun.sleep(20);
    }
    expect(sent.slice(before).toSorted()).toEqual([
      expect.stringMatching(new RegExp(`^\\d{6} is your code for ${SHOP}$`)),
      expect.stringMatching(new RegExp(`^Invited to ${SHOP}: ${SHOP}/invitation`)),
    ]);
  });
});

test("a sign-in by a provider begins and ends at it", async () => {
  const all = await hostWorld();
  await giveHost(all, "shop.example.org");
  const { app, operator } = all;
  const ada = { ada: { email: "ada@example.com", email_verified: true } };
  const oidc = await oidcServer(ada, [`${SHOP}/api/auth/callback/sso`]);
  const provider = { name: "sso", kind: "oidc", label: "SSO", issuer: oidc.issuer, ...oidc.client };
  await app.send("/api/t/acme/auth-providers", provider, operator);
  const started = await app.send(`${SHOP}/api/auth/sign-in/social`, { provider: "sso", callback_url: "/welcome" });
  const cookie = started.headers.getSetCookie()[0]!.split(";")[0]!;
  const { url } = (await started.json()) as { url: string };
  const back = await oidc.signIn(url, "ada");
  expect(back).toStartWith(`${SHOP}/api/auth/callback/sso?`);
  const led = await app.call(back, { headers: { cookie } });
  expect(led.headers.get("location")).toBe(`${SHOP}/welcome`);
  const lost = await app.call(`${SHOP}/api/auth/callback/none?state=x`);
  expect(lost.headers.get("location")).toBe(`${SHOP}/sign-in?error=provider_failed`);
  await oidc.close();
});
