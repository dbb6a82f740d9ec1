import { expect } from "bun:test";
import { requireAccessible } from "../pages/browser.ts";
import { withAdmin } from "./harness.ts";

const suite = await withAdmin();

suite.test("the overview has what is here, and its steps tick themselves off", async (admin, { page }) => {
  await page.goto("/admin/t/default");
  await page.getByText("0 of 4 steps are done.").waitFor();
  await page.getByRole("link", { name: /^From a file/ }).waitFor();
  await admin.send("/api/operator/collections", { slug: "orders", fields: [{ name: "city", type: "text" }] });
  await admin.send("/api/operator/permissions", { role: "public", collection: "orders", action: "read" });
  await page.reload();
  await page.getByText("2 of 4 steps are done.").waitFor();
  await page
    .getByRole("main")
    .getByRole("link", { name: /^orders/ })
    .waitFor();
  await page.getByRole("link", { name: "Traffic" }).last().waitFor();
  await requireAccessible(page, page.url());
  const made = await admin.send("/api/operator/keys", { name: "site", kind: "publishable" });
  const answer = await fetch(`${admin.baseUrl}/api/items/orders`, { headers: { "x-api-key": String(made.data.key) } });
  if (!answer.ok) throw new Error(await answer.text());
  await page.getByText("Getting started").waitFor({ state: "hidden" });
  await page.getByRole("heading", { name: "Requests of the last hour" }).waitFor();
});

suite.test("own collections stand before those of the system", async (admin, { page }) => {
  await admin.send("/api/operator/collections", { slug: "zebras", fields: [{ name: "name", type: "text" }] });
  await page.goto("/admin/t/default");
  const listed = page.getByRole("main").locator("a[href*='/collections/']");
  await listed.filter({ hasText: "zebras" }).waitFor();
  const names = (await listed.allTextContents()).map((text) => /^(zebras|users)/.exec(text)?.[0]);
  expect(names).toContain("users");
  expect(names.indexOf("zebras")).toBeLessThan(names.indexOf("users"));

  // Users and files have pages of their own.
  const nav = page.getByRole("navigation", { name: "Plinth" });
  await nav.getByRole("link", { name: "zebras" }).waitFor();
  for (const title of [/^users$/i, /^files$/i]) expect(await nav.getByRole("link", { name: title }).count()).toBe(1);
});

suite.test("a search finds items of more collections than are asked at once", async (admin, { page }) => {
  for (let at = 0; at < 14; at++) {
    const slug = `shelf_${String(at).padStart(2, "0")}`;
    await admin.send("/api/operator/collections", { slug, fields: [{ name: "name", type: "text" }] });
  }
  await admin.send("/api/operator/items/shelf_13", { name: "Marginalia" });
  await page.goto("/admin/t/default");
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("combobox").fill("margin");
  await page.getByRole("option", { name: /Marginalia/ }).click();
  await page.waitForURL(/shelf_13/);
});
