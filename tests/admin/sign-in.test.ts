import type { Page } from "playwright-core";
import { oidcServer } from "../../apps/server/src/testing/oidc.ts";
import { freePort } from "../support/free-port.ts";
import { codeFor } from "../support/one-time-code.ts";
import { OPERATOR, withAdmin } from "./harness.ts";

/** Every way in leads an operator back to the page of the admin where the session had ended. */

const port = await freePort();
// A passkey belongs to a name: no browser makes one for an IP address.
const address = `http://localhost:${port}`;
const provider = await oidcServer({ ada: { email: OPERATOR.email, email_verified: true, name: OPERATOR.name } }, [
  `${address}/api/operator/auth/callback/id`,
]);
const { client_id, client_secret } = provider.client;
const suite = await withAdmin({
  env: {
    PORT: String(port),
    APP_URL: address,
    PRIVATE_ADDRESSES: "allow",
    OPERATOR_PROVIDERS: JSON.stringify([
      { name: "id", kind: "oidc", label: "Example ID", issuer: provider.issuer, client_id, client_secret },
    ]),
  },
});

const PLACE = "/admin/t/default/keys?sort=name";

/** Nobody is signed in, and the admin asks for it. */
async function open(page: Page): Promise<void> {
  await page.context().clearCookies();
  await page.goto(address + PLACE);
  await page.waitForURL(/\/operator\/sign-in\?/);
}

async function byPassword(page: Page): Promise<void> {
  await page.getByLabel("Email").fill(OPERATOR.email);
  await page.getByLabel("Password", { exact: true }).fill(OPERATOR.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

const arrived = (page: Page) => page.waitForURL((url) => url.href === address + PLACE);

suite.test(
  "a passkey",
  async (_, { page, allow }) => {
    allow(address, "401");
    const session = await page.context().newCDPSession(page);
    await session.send("WebAuthn.enable");
    await session.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.goto(`${address}/operator/sign-in?next=/operator/account/security`);
    await byPassword(page);
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.locator("#passkeys li").first().waitFor();
    // The device answers as soon as the page asks for it.
    await page.context().clearCookies();
    await page.goto(address + PLACE);
    await arrived(page);
  },
  { signedOut: true, own: true },
);

suite.test(
  "a provider",
  async (_, { page, allow }) => {
    // The provider's own pages ask for a font.
    allow(address, provider.issuer, "fonts.googleapis.com", "401");
    await page.goto(`${address}/operator/sign-in?next=/operator/account/security`);
    await byPassword(page);
    await page
      .getByRole("button", { name: "Connect Example ID" })
      .or(page.getByRole("link", { name: "Connect Example ID" }))
      .click();
    await agree(page);
    await page.waitForURL(`${address}/operator/account/security`);
    await open(page);
    await page.getByRole("link", { name: "Continue with Example ID" }).click();
    await agree(page);
    await arrived(page);
  },
  { signedOut: true },
);

/** The provider's own pages; one who is known there need not sign in again. */
async function agree(page: Page): Promise<void> {
  await page.waitForURL(`${provider.issuer}/**`);
  await page.locator("input[name=login]").fill("ada");
  await page.locator("input[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
  await page.getByRole("button", { name: "Continue" }).click();
}

suite.test(
  "the start of the admin leads there too",
  async (_, { page, allow }) => {
    allow(address, "401");
    await page.goto(`${address}/admin`);
    await page.waitForURL(/\/operator\/sign-in\?next=%2Fadmin/);
  },
  { signedOut: true },
);

suite.test(
  "a password and a second factor",
  async (admin, { page, allow }) => {
    allow(address, "401");
    const { totp_uri } = await admin.send<{ totp_uri: string }>("/api/operator/auth/two-factor/enable", {
      password: OPERATOR.password,
    });
    await admin.send("/api/operator/auth/two-factor/verify-totp", { code: await codeFor(totp_uri, 0) });
    await open(page);
    await byPassword(page);
    await page.waitForURL(/\/operator\/second-factor\?/);
    await page.getByLabel("Code", { exact: true }).fill(await codeFor(totp_uri));
    await page.getByRole("button", { name: "Continue" }).click();
    await arrived(page);
  },
  { signedOut: true },
);
