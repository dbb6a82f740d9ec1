import { expect } from "bun:test";
import { films, open } from "./films.ts";
import { withAdmin } from "./harness.ts";

/** What people type in a list of items is kept, and read as they mean it. */

const suite = await withAdmin();

suite.test("conditions that are not filled in stay while another one is", async (admin, { page }) => {
  await films(admin, "conditions", 3);
  const grid = await open(page, "conditions");
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  const form = page.getByRole("dialog", { name: "Filter" });
  const value = form.getByRole("textbox", { name: "Value" });
  for (let count = 1; count <= 3; count++) {
    await form.getByRole("button", { name: "Add condition" }).click();
    await value.nth(count - 1).waitFor();
  }
  await value.nth(1).pressSequentially("Film 2");
  await grid.getByRole("gridcell", { name: "Film 1" }).waitFor({ state: "detached" });
  expect(await value.evaluateAll((all) => all.map((input) => (input as HTMLInputElement).value))).toEqual([
    "",
    "Film 2",
    "",
  ]);
  expect(JSON.parse(new URL(page.url()).searchParams.get("filter") ?? "")).toEqual({ title: { _icontains: "Film 2" } });
  // A change from outside replaces what is shown.
  await form.getByRole("button", { name: "Remove the filter" }).click();
  await grid.getByRole("gridcell", { name: "Film 1" }).waitFor();
  expect(await value.count()).toBe(0);
});

suite.test("amounts are typed as the browser's language writes them, in cells and forms", async (admin, tab) => {
  const fields = [
    { name: "title", type: "text" },
    { name: "amount", type: "decimal" },
  ];
  await admin.send("/api/collections", { slug: "bills", fields });
  const { data } = await admin.send("/api/items/bills", { title: "Film 1", amount: "1.00" });
  const amount = async () => (await admin.send(`/api/items/bills/${data.id}`)).data.amount;
  const grid = await open(tab.page, "bills", "");
  await grid.getByRole("row").nth(1).getByRole("gridcell").nth(1).click();
  await tab.page.keyboard.type("1,749.23");
  await tab.page.keyboard.press("Enter");
  await grid.getByRole("gridcell", { name: "1749.23" }).waitFor();
  await grid.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
  expect(await amount()).toBe("1749.23");
  const german = await admin.tab({ locale: "de-DE" });
  await german.page.goto(`/admin/t/default/collections/bills/items/${data.id}`);
  await german.page.getByLabel("amount").fill("12.345,60");
  await german.page.keyboard.press("Enter");
  await german.page.getByText("Gespeichert").first().waitFor();
  expect(await amount()).toBe("12345.60");
});
