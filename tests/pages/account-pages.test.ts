import { expect } from "bun:test";
import { codeOf } from "../contract/fixtures/codes.ts";
import { layoutShift, picture } from "./browser.ts";
import { account, arrive, browserTest, credentials, open, PASSWORD, send, signIn, withServer } from "./hosted.ts";

/** What users do with their accounts on the hosted pages, in a real browser. */

withServer();

browserTest("a user changes name and password, ends a session, takes the data along and goes", async () => {
  const email = "dora@example.com";
  await send("/api/auth/sign-up/email", account(email));
  await send("/api/auth/sign-in/email", credentials(email), {
    "user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0",
  });
  const { page, faults, context } = await open({ acceptDownloads: true });
  await page.goto("/account/security");
  await arrive(page, "/sign-in");
  await signIn(page, email);
  await arrive(page, "/account/security");
  expect(await layoutShift(page)).toBe(0);
  await picture(page, "security");
  await page.getByRole("button", { name: "Sign out Firefox · Windows" }).click();
  await page.getByRole("status").filter({ hasText: "That session has ended." }).waitFor();
  expect(await page.locator("#sessions li").count()).toBe(2);
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await page.getByRole("status").filter({ hasText: "You are signed out everywhere else." }).waitFor();
  expect(await page.locator("#sessions li").count()).toBe(1);
  await page.getByLabel("Current password").fill("wrong horse battery");
  await page.getByLabel("New password").fill("an even better horse");
  await page.getByRole("button", { name: "Change your password" }).click();
  await page.getByText("The password is wrong.").waitFor();
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("button", { name: "Change your password" }).click();
  await page.getByRole("status").filter({ hasText: "Your password is changed" }).waitFor();
  await picture(page, "security-changed");

  await page.getByRole("link", { name: "Profile" }).click();
  await page.getByLabel("Name").fill("Dora the Second");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").filter({ hasText: "Saved." }).waitFor();
  await page.reload();
  expect(await page.getByLabel("Name").inputValue()).toBe("Dora the Second");

  await page.getByRole("link", { name: "Your data" }).click();
  await picture(page, "data");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  const file = JSON.parse(await Bun.file((await (await download).path())!).text()) as { user: { name: string } };
  expect(file.user.name).toBe("Dora the Second");
  await page.getByLabel("Type your address to confirm").fill("ada@example.com");
  await page.getByRole("button", { name: "Delete my account" }).click();
  await page.getByText("This is not your address.").waitFor();
  await picture(page, "data-mismatch");
  await page.getByLabel("Type your address to confirm").fill(email);
  await page.getByRole("button", { name: "Delete my account" }).click();
  await page.getByRole("heading", { name: "Your account is deleted." }).waitFor();
  await picture(page, "deleted");
  await page.goto("/account");
  await arrive(page, "/sign-in");
  expect(faults).toEqual([]);
  await context.close();
});

browserTest("a second factor is added, asked for, stood in for by a recovery code, and removed", async () => {
  const email = "fay@example.com";
  await send("/api/auth/sign-up/email", account(email));
  const { page, faults, context } = await open();
  await page.goto("/sign-in?next=/account/second-factor");
  await signIn(page, email);
  await arrive(page, "/account/second-factor");
  await picture(page, "second-factor-none");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  const enabled = page.waitForResponse("**/api/auth/two-factor/enable");
  await page.getByRole("button", { name: "Add an authenticator app" }).click();
  const { totp_uri, backup_codes } = (await (await enabled).json()) as { totp_uri: string; backup_codes: string[] };
  await page.getByRole("img", { name: "QR code for your authenticator app" }).waitFor();
  const drawn = await page.evaluate('document.getElementById("qr").decode().then(() => true)');
  expect(drawn).toBe(true);
  expect(await page.locator("#codes").textContent()).toBe(backup_codes.join("\n"));
  await picture(page, "second-factor-added");
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("The code is wrong, has been used, or has expired.").waitFor();
  await page.getByLabel("Code").fill(codeOf(totp_uri));
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("status").filter({ hasText: "The second factor is in force." }).waitFor();

  const enter = async (label: string, code: string) => {
    await page.context().clearCookies();
    await page.goto("/sign-in?next=/account/second-factor");
    await signIn(page, email);
    await arrive(page, "/second-factor");
    if (label === "Recovery code") {
      await page.getByRole("link", { name: "Use a recovery code instead" }).click();
    }
    await picture(page, `second-factor-asked-${label.length}`);
    await page.getByRole("textbox", { name: label }).fill(code);
    await page.getByRole("button", { name: "Continue" }).click();
    await arrive(page, "/account/second-factor");
  };
  await enter("Code", codeOf(totp_uri, 1));
  await enter("Recovery code", backup_codes[0]!);
  await picture(page, "second-factor-managed");

  // As if the last proof were too old.
  await page.route("**/two-factor/disable", (route) =>
    route.fulfill({ status: 403, json: { error: { code: "STEP_UP_REQUIRED", message: "" } } }),
  );
  const remove = async () => {
    await page.locator("#field-password-remove").fill(PASSWORD);
    await page.getByRole("button", { name: "Remove the second factor" }).click();
  };
  await remove();
  await arrive(page, "/step-up");
  await picture(page, "step-up");
  await page.getByLabel("Code").fill(codeOf(totp_uri, -1));
  await page.getByRole("button", { name: "Continue" }).click();
  await arrive(page, "/account/second-factor");
  await page.unroute("**/two-factor/disable");
  await remove();
  await page.getByRole("status").filter({ hasText: "The second factor is removed." }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});
