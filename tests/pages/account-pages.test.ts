import { expect } from "bun:test";
import { codeOf } from "../contract/fixtures/codes.ts";
import { layoutShift, picture } from "./browser.ts";
import { account, arrive, browserTest, credentials, open, PASSWORD, send, signIn, withServer } from "./hosted.ts";
import { keyboardOf } from "./keyboard.ts";

/** What users do with their accounts on the hosted pages, in a real browser. */

withServer();

const STEP_MS = 30_000;

browserTest("a user changes name and password, ends a session, takes the data along and goes", async () => {
  const email = "dora@example.com";
  await send("/api/auth/sign-up/email", account(email));
  await send("/api/auth/sign-in/email", credentials(email), {
    "user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0",
  });
  const { page, faults, context } = await open({ acceptDownloads: true });
  const { type, press } = keyboardOf(page);
  await page.goto("/account/security");
  await arrive(page, "/sign-in");
  await signIn(page, email);
  await arrive(page, "/account/security");
  expect(await layoutShift(page)).toBe(0);
  await picture(page, "security");
  await press("Sign out Firefox · Windows");
  await page.getByRole("status").filter({ hasText: "That session has ended." }).waitFor();
  expect(await page.locator("#sessions li").count()).toBe(2);
  await press("Sign out everywhere else");
  await page.getByRole("status").filter({ hasText: "You are signed out everywhere else." }).waitFor();
  expect(await page.locator("#sessions li").count()).toBe(1);
  await type("Current password", "wrong horse battery");
  await type("New password", "an even better horse");
  await press("Change your password");
  await page.getByText("The password is wrong.").waitFor();
  await type("Current password", PASSWORD);
  await press("Change your password");
  await page.getByRole("status").filter({ hasText: "Your password is changed" }).waitFor();
  await picture(page, "security-changed");

  await press("Profile");
  await arrive(page, "/account");
  await type("Name", "Dora the Second");
  await press("Save");
  await page.getByRole("status").filter({ hasText: "Saved." }).waitFor();
  await page.reload();
  expect(await page.getByLabel("Name").inputValue()).toBe("Dora the Second");

  await press("Your data");
  await arrive(page, "/account/data");
  await picture(page, "data");
  const download = page.waitForEvent("download");
  await press("Download");
  const file = JSON.parse(await Bun.file((await (await download).path())!).text()) as { user: { name: string } };
  expect(file.user.name).toBe("Dora the Second");
  await type("Type your address to confirm", "ada@example.com");
  await press("Delete my account");
  await page.getByText("This is not your address.").waitFor();
  await picture(page, "data-mismatch");
  await type("Type your address to confirm", email);
  await press("Delete my account");
  await page.getByRole("heading", { name: "Your account is deleted." }).waitFor();
  await picture(page, "deleted");
  await page.goto("/account");
  await arrive(page, "/sign-in");
  expect(faults).toEqual([]);
  await context.close();
});

browserTest("a second factor is added, asked for until a browser is trusted, and removed", async () => {
  const email = "fay@example.com";
  await send("/api/auth/sign-up/email", account(email));
  const { page, faults, context } = await open();
  const { type, press, tick } = keyboardOf(page);
  await page.goto("/sign-in?next=/account/second-factor");
  await signIn(page, email);
  await arrive(page, "/account/second-factor");
  await picture(page, "second-factor-none");
  await type("Password", PASSWORD);
  const enabled = page.waitForResponse("**/api/auth/two-factor/enable");
  await press("Add an authenticator app");
  const { totp_uri, backup_codes } = (await (await enabled).json()) as { totp_uri: string; backup_codes: string[] };
  await page.getByRole("img", { name: "QR code for your authenticator app" }).waitFor();
  const drawn = await page.evaluate('document.getElementById("qr").decode().then(() => true)');
  expect(drawn).toBe(true);
  expect(await page.locator("#codes").textContent()).toBe(backup_codes.join("\n"));
  await picture(page, "second-factor-added");
  await type("Code", "000000");
  await press("Confirm");
  await page.getByText("The code is wrong, has been used, or has expired.").waitFor();
  // Each code counts once. This one is of the step before, and must not become too old while it is typed.
  const left = STEP_MS - (Date.now() % STEP_MS);
  if (left < 5000) await Bun.sleep(left);
  await type("Code", codeOf(totp_uri, -1));
  await press("Confirm");
  await page.getByRole("status").filter({ hasText: "The second factor is in force." }).waitFor();

  const enter = async (label: string, code: () => string) => {
    await page.context().clearCookies();
    await page.goto("/sign-in?next=/account/second-factor");
    await signIn(page, email);
    await arrive(page, "/second-factor");
    if (label === "Recovery code") await press("Use a recovery code instead");
    await page.getByRole("textbox", { name: label }).waitFor();
    await picture(page, label === "Code" ? "second-factor-asked" : "second-factor-recovery");
    await type(label, code());
    if (label === "Recovery code") await tick("Do not ask for a code in this browser for 30 days");
    await press("Continue");
    await arrive(page, "/account/second-factor");
  };
  await enter("Code", () => codeOf(totp_uri, 0));
  await enter("Recovery code", () => backup_codes[0]!);
  await press("Sign out");
  await arrive(page, "/sign-in");
  await page.goto("/sign-in?next=/account/second-factor");
  await signIn(page, email);
  await arrive(page, "/account/second-factor");
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
  // Later than the one that was used, however long all that has taken.
  await type("Code", codeOf(totp_uri));
  await press("Continue");
  await arrive(page, "/account/second-factor");
  await page.unroute("**/two-factor/disable");
  await remove();
  await page.getByRole("status").filter({ hasText: "The second factor is removed." }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});
