import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { saved } from "./films.ts";
import { type AdminServer, type AdminSuite, OPERATOR } from "./harness.ts";

const NOTES = ["Title,Stars", "First note,3", "Second note,5"].join("\n");
const USER = { name: "Bo", email: "bo@example.com", password: "a long walk home" };

/** From the setup link to data that somebody else feels, all of it in the browser. */
export function mainPath(suite: AdminSuite): void {
  suite.test(
    "setup link, account, file, relation, rule, another user, a live change, undo",
    async (admin, { page, context }) => {
      await becomeOperator(admin, page);
      await startFromFile(page);
      await addRelation(page);
      await openToOwners(page);
      await feelTheRule(admin);
      const other = await context.newPage();
      await changeLive(page, other);
      await other.close();
    },
    { signedOut: true },
  );
}

async function becomeOperator(admin: AdminServer, page: Page): Promise<void> {
  await page.goto(await admin.setupLink());
  await page.getByLabel("Name").fill(OPERATOR.name);
  await page.getByLabel("Email").fill(OPERATOR.email);
  await page.getByRole("textbox", { name: "Password" }).fill(OPERATOR.password);
  await page.getByRole("button", { name: "Become operator" }).click();
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
}

async function startFromFile(page: Page): Promise<void> {
  await page.getByRole("link", { name: /^From a file/ }).click();
  const buffer = Buffer.from(NOTES);
  await page.locator("input[type=file]").setInputFiles({ name: "notes.csv", mimeType: "text/csv", buffer });
  await page.getByRole("button", { name: "Create and import 2 rows" }).click();
  await page.getByText("2 rows added").waitFor();
}

async function addRelation(page: Page): Promise<void> {
  await page.goto("/admin/t/default/collections/notes");
  await page.getByRole("button", { name: "Add field" }).first().click();
  await page.getByRole("button", { name: /^Link to one item/ }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("Name").fill("reader");
  await sheet.getByRole("button", { name: "Leads to an item of" }).click();
  await page.getByRole("option", { name: "users" }).click();
  await sheet.getByRole("button", { name: "Add field", exact: true }).click();
  await page.getByRole("button", { name: "Review and apply" }).click();
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await page.getByText("The changes are applied.").waitFor();
}

/** Signed-in users work with their own notes. */
async function openToOwners(page: Page): Promise<void> {
  await page.goto("/admin/t/default/rules?role=authenticated");
  await page.getByRole("button", { name: "notes: Read: Closed" }).click();
  await page.getByRole("button", { name: "Everything of their own" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Make the rules" }).click();
  await page.getByRole("dialog").getByText("owner_id = $user.id").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^notes: Change: Some/ }).waitFor();
}

/** Another user has an account, sees nothing of the operator's, and only what is the user's own. */
async function feelTheRule(admin: AdminServer): Promise<void> {
  const call = async (path: string, token?: string, body?: object): Promise<Response> =>
    fetch(admin.baseUrl + path, {
      ...(body && { method: "POST", body: JSON.stringify(body) }),
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { "content-type": "application/json" }),
      },
    });
  const signedUp = await call("/api/auth/sign-up/email", undefined, USER);
  expect(signedUp.status).toBe(200);
  const { token } = (await signedUp.json()) as { token: string };
  const titles = async (): Promise<string[]> => {
    const { data } = (await (await call("/api/items/notes", token)).json()) as { data: { title: string }[] };
    return data.map(({ title }) => title);
  };
  expect(await titles()).toEqual([]);
  expect((await call("/api/items/notes", token, { title: "Of Bo" })).status).toBe(201);
  expect(await titles()).toEqual(["Of Bo"]);
  expect((await call("/api/items/notes")).status).toBe(401);
}

/** What one tab writes the other one shows without being asked, and what is undone too. */
async function changeLive(page: Page, other: Page): Promise<void> {
  const items = "/admin/t/default/collections/notes/items";
  await page.goto(items);
  const here = page.getByRole("grid");
  await here.getByRole("gridcell", { name: "Of Bo" }).waitFor();
  await other.goto(items);
  const there = other.getByRole("grid");
  await there.getByRole("gridcell", { name: "Of Bo" }).click();
  await other.keyboard.type("Of Bo and Ada");
  await other.keyboard.press("Enter");
  await there.getByRole("gridcell", { name: "Of Bo and Ada" }).waitFor();
  await here.getByRole("gridcell", { name: "Of Bo and Ada" }).waitFor();
  // Until its answer has come, there is nothing to undo.
  await saved(there);
  await other.keyboard.press("Control+z");
  await there.getByRole("gridcell", { name: "Of Bo", exact: true }).waitFor();
  await here.getByRole("gridcell", { name: "Of Bo", exact: true }).waitFor();
}
