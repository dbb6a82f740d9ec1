import { expect } from "bun:test";
import { keyboardOf } from "../pages/keyboard.ts";
import { type AdminServer, type AdminTab, OPERATOR, withAdmin } from "./harness.ts";

/** From the link that the server prints to the admin, by the keyboard alone. */

for (const engine of [undefined, "workerd × D1", "node × postgres"]) {
  const suite = await withAdmin({ empty: true, ...(engine !== undefined && { engine }) });
  suite.test(`the setup link makes an account, and leads to the admin: ${engine ?? "bun × sqlite"}`, setUp);
  suite.test("who is not signed in signs in, and goes on where they were", signIn, { signedOut: true });
}

async function setUp(admin: AdminServer, { page }: AdminTab): Promise<void> {
  await page.goto(await admin.setupLink());
  const { type, press } = keyboardOf(page);
  await type("Name", OPERATOR.name);
  await type("Email", OPERATOR.email);
  await type("Password", OPERATOR.password);
  await press("Become operator");
  await page.waitForURL(`${admin.baseUrl}/admin/t/default`);
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  await page.goto("/");
  await page.waitForURL(/\/admin\/t\/default$/);
}

async function signIn(admin: AdminServer, { page, allow }: AdminTab): Promise<void> {
  allow("401");
  await page.goto("/admin/t/default?x=1");
  await page.waitForURL(/\/operator\/sign-in\?/);
  await page.getByLabel("Email").fill(OPERATOR.email);
  await page.getByLabel("Password", { exact: true }).fill(OPERATOR.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${admin.baseUrl}/admin/t/default?x=1`);
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  expect(await page.title()).toContain("Plinth");
}
