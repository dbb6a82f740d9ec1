import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { freePort } from "../support/free-port.ts";
import { picture } from "./browser.ts";
import { account, arrive, browserTest, open, send, signIn, withServer } from "./hosted.ts";
import { keyboardOf } from "./keyboard.ts";

/** Passkeys on the hosted pages, in a real browser with a virtual authenticator. */

// A passkey belongs to a name: no browser makes one for an IP address.
const port = String(await freePort());
withServer({ PORT: port, APP_URL: `http://localhost:${port}` });

/** A device that has verified its user and is always touched; `offers` says whether it is there. */
async function authenticatorOf(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    verifies: (isUserVerified: boolean) =>
      session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
  };
}

browserTest("a passkey is added, renamed, signs in, and is removed", async () => {
  const email = "kim@example.com";
  await send("/api/auth/sign-up/email", account(email));
  const { page, faults, context } = await open();
  const { type, press } = keyboardOf(page);
  const device = await authenticatorOf(page);
  await page.goto("/sign-in?next=/account/security");
  await signIn(page, email);
  await arrive(page, "/account/security");
  await device.verifies(false);
  await press("Add a passkey");
  await page.getByText("Nothing was chosen, or it took too long. Please try again.").waitFor();
  await device.verifies(true);
  await press("Add a passkey");
  const passkeys = page.locator("#passkeys li");
  await passkeys.first().waitFor();
  await press("Rename");
  await type("Name of the passkey", " ");
  await page.keyboard.press("Backspace");
  await press("Save");
  await page.getByText("Please fill this in.").waitFor();
  await picture(page, "passkey-renaming");
  await type("Name of the passkey", "My <i>phone</i>");
  await page.keyboard.press("Enter");
  await page.getByRole("status").filter({ hasText: "The passkey is renamed." }).waitFor();
  await page.getByRole("button", { name: "Remove My <i>phone</i>" }).waitFor();
  await page.reload();
  await passkeys.getByText("My <i>phone</i>").waitFor();
  await picture(page, "passkey-added");

  await context.clearCookies();
  // The device answers by itself as soon as the browser offers it in the field for the address.
  await page.goto("/sign-in?next=/account/security");
  await arrive(page, "/account/security");

  await press(/^Remove /);
  await page.getByRole("status").filter({ hasText: "The passkey is removed." }).waitFor();
  expect(await passkeys.count()).toBe(0);
  await context.clearCookies();
  // The device still has it, and offers it.
  await page.goto("/sign-in");
  await page.getByRole("alert").filter({ hasText: "This passkey opens no account here." }).waitFor();
  await picture(page, "passkey-sign-in");
  expect(faults).toEqual([]);
  await context.close();
});
