/** The pages about the number of a phone, in Chromium. */
import { expect } from "bun:test";
import { picture } from "./browser.ts";
import { account, arrive, asOperator, browserTest, mailTo, open, send, signIn, withServer } from "./hosted.ts";

const PHONE = "+4915112345678";

withServer();

const codeFor = async (): Promise<string> => /(\d{6}) is your code/.exec(await mailTo(PHONE, "Text message"))![1]!;

browserTest("a number is added on the page of the account, signs in by a code, and is removed", async () => {
  await send("/api/auth-settings", { phone: { sign_in: true } }, await asOperator(), "PATCH");
  await send("/api/auth/sign-up/email", account("fay@example.com"));
  const { page, faults, context } = await open();
  await page.goto("/sign-in");
  await signIn(page, "fay@example.com");
  await arrive(page, "/account");
  await page.getByLabel("Phone number").fill("0151 1234");
  await page.getByRole("button", { name: "Send the code" }).click();
  await page.getByText("Please give the whole number with the prefix of the country.").waitFor();
  await page.getByLabel("Phone number").fill("+49 151 12345678");
  await page.getByRole("button", { name: "Send the code" }).click();
  await page.getByText("A code is on its way to +49 151 12345678.").waitFor();
  await picture(page, "account-phone");
  await page.getByLabel("Code from the text message").fill(await codeFor());
  await page.getByRole("button", { name: "Save the number" }).click();
  await page.getByText(`The number of your phone is ${PHONE}.`).waitFor();

  const { page: other, context: elsewhere } = await open();
  await other.goto("/sign-in");
  await other.getByRole("link", { name: "Sign in by phone" }).click();
  await other.getByLabel("Phone number").waitFor();
  await picture(other, "sign-in-phone");
  await other.getByLabel("Phone number").fill(PHONE);
  await other.getByRole("button", { name: "Send the code" }).click();
  await other.getByText(`If an account has the number ${PHONE}`).waitFor();
  await picture(other, "sign-in-phone-sent");
  await other.getByLabel("Code from the text message").fill(await codeFor());
  await other.getByRole("button", { name: "Sign in" }).click();
  await arrive(other, "/account");
  await other.getByText(`The number of your phone is ${PHONE}.`).waitFor();

  await page.getByRole("button", { name: "Remove the number" }).click();
  await page.getByText("With a number here, you can sign in by a code that is sent to it.").waitFor();
  await page.goto("/dev/inbox");
  await picture(page, "inbox-filled");
  expect(faults).toEqual([]);
  await Promise.all([context.close(), elsewhere.close()]);
});
