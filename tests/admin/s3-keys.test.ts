import { expect } from "bun:test";
import { requireAccessible } from "../pages/browser.ts";
import { OPERATOR, withAdmin } from "./harness.ts";

/** Access keys of clients of S3, as somebody makes and ends them in the admin. */

const suite = await withAdmin();

suite.test("a key is made with its limits, shown once, and revoked", async ({ send }, { page, allow }) => {
  allow("422", "403");
  await send("/api/operator/buckets", { name: "team" });
  await page.goto("/admin/t/default/s3-keys");
  await page.getByText("No S3 keys yet").waitFor();
  await page.getByRole("button", { name: "Create S3 key" }).first().click();
  await page.getByRole("heading", { name: "New S3 key" }).waitFor();
  await page.getByRole("button", { name: "Create S3 key" }).click();
  await page.getByText("Write a name of 1 to 100 characters.").waitFor();
  await page.getByLabel("Name").fill("Backup");
  await page.getByRole("button", { name: "Add bucket" }).click();
  await page.getByRole("option", { name: "team" }).click();
  await page.keyboard.press("Escape");
  await page.getByLabel("Paths begin with").fill("/a");
  await page.getByLabel("Reads only").check();
  await page.getByRole("button", { name: "Create S3 key" }).click();
  await page.getByText(/must not begin with/).waitFor();
  await page.getByLabel("Paths begin with").fill("a/");
  // As the server does some minutes after the sign-in.
  const error = { code: "STEP_UP_REQUIRED", message: "It needs a fresh proof." };
  await page.route("**/s3-keys", (route) => route.fulfill({ status: 403, json: { error } }), { times: 1 });
  await page.getByRole("button", { name: "Create S3 key" }).click();
  await page.getByLabel("Password or code").fill(OPERATOR.password);
  await page.getByRole("button", { name: "Continue" }).click();

  await page.getByRole("heading", { name: "Copy the secret now" }).waitFor();
  await page.getByText("The secret of “Backup” is shown this once.").waitFor();
  await requireAccessible(page, "the secret of an S3 key");
  const { data } = await send<{ data: Record<string, unknown>[] }>("/api/operator/s3-keys");
  expect(data).toEqual([expect.objectContaining({ name: "Backup", buckets: ["team"], prefix: "a/", read_only: true })]);
  const code = await page.getByRole("region", { name: "Clients of S3 with the key" }).textContent();
  expect(code).toContain(`AWS_ACCESS_KEY_ID='${data[0]!.access_key_id}'`);
  expect(code).toContain("s3://team/a/");

  await page.getByRole("button", { name: "I have stored it" }).click();
  const row = page.getByRole("row").filter({ hasText: "Backup" });
  await row.getByText("Reads only").waitFor();
  await row.getByRole("button").last().click();
  await page.getByRole("menuitem", { name: "Revoke" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByText("No S3 keys yet").waitFor();
});
