import { expect } from "bun:test";
import { requireAccessible } from "../pages/browser.ts";
import { withAdmin } from "./harness.ts";

const suite = await withAdmin();

suite.test(
  "a statement is run, explained, refused with its reason, and found in the history",
  async (admin, { page, allow }) => {
    allow("422", "403");
    await admin.send("/api/operator/collections", { slug: "orders", fields: [{ name: "city", type: "text" }] });
    await admin.send("/api/operator/items/orders", [{ city: "Oslo" }, { city: "Bergen" }]);
    await page.goto("/admin/t/default/sql");
    await page.locator("summary", { hasText: "orders" }).click();
    const table = (await page.locator("summary code", { hasText: /^c_\w+_orders$/ }).textContent())!.trim();
    const editor = page.getByRole("textbox", { name: "Statement" });
    await editor.click();
    await page.keyboard.insertText(`select city from ${table} order by city`);
    await page.keyboard.press("Control+Enter");
    await page.getByText("2 rows").waitFor();
    expect(await page.getByRole("grid", { name: "Rows" }).textContent()).toMatch(/Bergen.*Oslo/s);
    await requireAccessible(page, page.url());
    await page.getByRole("button", { name: "Explain" }).click();
    await page.getByText("The statement did not run.").waitFor();

    await editor.click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText("select * from plinth_users");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText("The console reads tables of collections only, and not plinth_users.").waitFor();

    await editor.click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText("select * from orders");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText(`orders is stored as ${table}.`).waitFor();
    await editor.click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText("select count(*) as n from");
    await page.getByRole("button", { name: "Insert the name of orders" }).click();
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page
      .getByRole("status")
      .getByText(/^1 row /)
      .waitFor();

    await page.getByRole("tab", { name: "History" }).click();
    await page.getByText("SQL_ERROR").first().waitFor();
    await page.getByText(`select city from ${table} order by city`).first().click();
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText("2 rows").waitFor();
  },
);

suite.test("writing is refused where the server does not allow it", async (_, { page, allow }) => {
  allow("403");
  await page.goto(`/admin/t/default/sql?sql=${encodeURIComponent("delete from c_x")}`);
  await page.getByRole("switch", { name: "Allow writing" }).click();
  await page.getByRole("button", { name: "Run and write" }).click();
  await page.getByText("SQL_CONSOLE is read on this server").waitFor();
});
