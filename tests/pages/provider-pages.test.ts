import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { oidcServer } from "../../apps/server/src/testing/oidc.ts";
import { picture } from "./browser.ts";
import {
  account,
  address,
  arrive,
  asOperator,
  browserTest,
  mailedLink,
  open,
  send,
  signIn,
  withServer,
} from "./hosted.ts";
import { keyboardOf } from "./keyboard.ts";

/** Sign-in by a provider on the hosted pages, in a real browser and with a real provider. */

withServer({ PRIVATE_ADDRESSES: "allow" });

/** Fills in the provider's own pages. */
async function agree(page: Page, subject: string): Promise<void> {
  await page.locator("input[name=login]").fill(subject);
  await page.locator("input[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
  await page.getByRole("button", { name: "Continue" }).click();
}

browserTest("a provider makes an account, is refused, and is connected to an account and parted from it", async () => {
  const users = {
    gil: { email: "gil@example.com", email_verified: true, name: "Gil" },
    other: { email: "other@example.com", email_verified: true, name: "Other" },
  };
  const provider = await oidcServer(users, [`${address()}/api/auth/callback/id`]);
  await send(
    "/api/auth-providers",
    { name: "id", kind: "oidc", label: "Example ID", issuer: provider.issuer, ...provider.client },
    await asOperator(),
  );
  const { page, context } = await open();
  await page.goto("/sign-in");
  await picture(page, "provider-sign-in");
  await page.getByRole("link", { name: "Continue with Example ID" }).click();
  await page.getByRole("link", { name: /cancel/i }).click();
  await arrive(page, "/sign-in");
  await page.getByRole("alert").filter({ hasText: "You did not agree there, so nothing has happened." }).waitFor();
  await picture(page, "provider-refused");
  await keyboardOf(page).press("Continue with Example ID");
  await agree(page, "gil");
  await arrive(page, "/account");
  expect(await page.getByLabel("Name").inputValue()).toBe("Gil");
  await page.goto("/account/security");
  await page.getByText("You sign in without a password.").waitFor();
  await picture(page, "provider-account");
  await page.getByRole("button", { name: "Disconnect Example ID" }).click();
  await page.getByText("This is your only sign-in method. Set a password first.").waitFor();
  await context.close();

  await send("/api/auth/sign-up/email", account("hal@example.com"));
  const second = await open();
  await second.page.goto(await mailedLink("hal@example.com", "Confirm your email address"));
  await second.page.getByRole("button", { name: "Confirm" }).click();
  await second.page.getByRole("heading", { name: "Thank you." }).waitFor();
  await second.page.goto("/sign-in?next=/account/security");
  await signIn(second.page, "hal@example.com");
  await arrive(second.page, "/account/security");
  await picture(second.page, "provider-offered");
  await keyboardOf(second.page).press("Connect Example ID");
  await agree(second.page, "other");
  await arrive(second.page, "/account/security");
  await second.page.getByRole("button", { name: "Disconnect Example ID" }).click();
  await second.page.getByRole("status").filter({ hasText: "That account is disconnected." }).waitFor();
  await second.context.close();
  await provider.close();
});
