import { expect } from "bun:test";
import { withAdmin } from "./harness.ts";

/** Exposure and refused requests in the admin. */

const suite = await withAdmin();

suite.test("a rule that is too open is seen, deleted, and then refuses", async (admin, { page }) => {
  const notes = `${admin.baseUrl}/api/items/notes`;
  await admin.send("/api/operator/collections", { slug: "notes", fields: [{ name: "title", type: "text" }] });
  await admin.send("/api/operator/permissions", { role: "public", collection: "notes", action: "create" });
  expect((await fetch(notes, post({ title: "by a stranger" }))).status).toBe(201);
  await page.goto("/admin/t/default/exposure");
  const card = page
    .getByRole("main")
    .locator("section")
    .filter({ has: page.getByRole("link", { name: "notes", exact: true }) })
    .first();
  await card.getByText("Open", { exact: true }).waitFor();
  await card.getByRole("button", { name: "Delete rule" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete rule" }).click();
  await page.getByText("The rule is deleted").waitFor();
  await card.getByText("Open", { exact: true }).waitFor({ state: "detached" });
  const refused = await fetch(notes, post({ title: "again" }));
  const { error } = (await refused.json()) as { error: { request_id: string } };
  expect(refused.status).toBe(401);
  await page.goto("/admin/t/default/refusals");
  await page.getByText("/api/items/notes").first().waitFor();
  await page.getByRole("textbox").or(page.getByRole("searchbox")).first().fill(error.request_id);
  await page.getByText("No rule lets public create notes.").waitFor();
  expect(page.url()).toContain(error.request_id);
});

suite.test("authors see only theirs: a rule is made from nothing", async (admin, { page }) => {
  await admin.send("/api/operator/collections", { slug: "drafts", fields: [{ name: "title", type: "text" }] });
  await page.goto("/admin/t/default/rules?role=authenticated");
  await page.getByRole("button", { name: "Add a rule: Read, drafts" }).click();
  await page.getByText("Only their own items").waitFor();
  await page.getByRole("button", { name: "Save rule" }).click();
  await page.getByText("The rule is saved").waitFor();
  await page.getByText('{"owner_id":"$user.id"}').waitFor();
  const { data } = await admin.send<{ data: object[] }>("/api/operator/permissions?collection=drafts");
  expect(data).toMatchObject([
    { role: "authenticated", action: "read", effect: "allow", condition: { owner_id: "$user.id" }, fields: null },
  ]);
});

function post(body: object): RequestInit {
  return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
