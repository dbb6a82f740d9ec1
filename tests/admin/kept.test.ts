import { expect } from "bun:test";
import { requireAccessible } from "../pages/browser.ts";
import { films, open, saved, stored } from "./films.ts";
import { withAdmin } from "./harness.ts";

/** What a list of items keeps: conditions that are not filled in yet, values that were refused, and what can be undone. */

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

suite.test(
  "a change is undone by keys and by a lasting button, after its message has gone",
  async (admin, { page }) => {
    await films(admin, "undone", 3);
    const grid = await open(page, "undone");
    const titles = async () => (await stored(admin, "undone")).map(({ title }) => title);
    const undo = page.getByRole("button", { name: "Undo", exact: true });
    expect(await undo.count()).toBe(0);
    await grid.focus();
    for (const title of ["One", "Two"]) {
      await page.keyboard.type(title);
      await page.keyboard.press("Enter");
      await grid.getByRole("gridcell", { name: title }).waitFor();
    }
    await saved(grid);
    expect(await titles()).toEqual(["One", "Two", "Film 3"]);
    await undo.waitFor();
    await requireAccessible(page, "a list with something to undo");
    // The keys work on the whole page, not only in the grid.
    await page.getByRole("button", { name: "Views" }).focus();
    await page.keyboard.press("Control+z");
    await grid.getByRole("gridcell", { name: "Film 2" }).waitFor();
    expect(await titles()).toEqual(["One", "Film 2", "Film 3"]);
    await undo.click();
    await grid.getByRole("gridcell", { name: "Film 1" }).waitFor();
    expect(await titles()).toEqual(["Film 1", "Film 2", "Film 3"]);
    await undo.waitFor({ state: "detached" });
  },
);

suite.test(
  "keys undo what is still on its way, and nothing else where it is refused",
  async (admin, { page, allow }) => {
    allow("500");
    await films(admin, "hurried", 3);
    const grid = await open(page, "hurried");
    const titles = async () => (await stored(admin, "hurried")).map(({ title }) => title);
    const edit = async (title: string) => {
      let answer = (_isRefused: boolean): void => {};
      const decided = new Promise<boolean>((resolve) => (answer = resolve));
      await page.route(
        /\/items\/hurried\/[^/?]+$/,
        async (route) => {
          if (await decided)
            await route.fulfill({ status: 500, json: { error: { code: "INTERNAL", message: "No." } } });
          else await route.continue();
        },
        { times: 1 },
      );
      await page.keyboard.type(title);
      await page.keyboard.press("Enter");
      await grid.getByRole("gridcell", { name: title }).waitFor();
      await page.keyboard.press("Control+z");
      // That of the time before may still be there.
      await page.getByText("Undone as soon as it is saved").last().waitFor();
      return answer;
    };
    await grid.focus();
    (await edit("One"))(false);
    await page.getByText("Undone", { exact: true }).waitFor();
    expect(await titles()).toEqual(["Film 1", "Film 2", "Film 3"]);

    await page.keyboard.type("Kept");
    await page.keyboard.press("Enter");
    await grid.getByRole("gridcell", { name: "Kept" }).waitFor();
    await saved(grid);
    (await edit("Never"))(true);
    await page.getByText("It was not saved").waitFor();
    await page.getByText("Undone as soon as it is saved").waitFor({ state: "detached" });
    expect(await titles()).toContain("Kept");
  },
);

suite.test("a message says which keys undo, and one that was undone says so", async (admin, { page }) => {
  await films(admin, "deleted", 2);
  const grid = await open(page, "deleted");
  await grid.getByRole("checkbox", { name: "Select the loaded items" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  const offered = page.getByRole("button", { name: "Undo (Ctrl+Z)" });
  await offered.waitFor();
  await page.keyboard.press("Control+z");
  await page.getByText("Undone", { exact: true }).waitFor();
  await offered.waitFor({ state: "detached" });
  expect((await stored(admin, "deleted")).map(({ title }) => title)).toEqual(["Film 1", "Film 2"]);
});

suite.test("a refused value says that it is not saved, and why", async (admin, { page, allow }) => {
  allow("422");
  await films(admin, "refused", 3);
  const grid = await open(page, "refused");
  await grid.getByRole("row").nth(1).getByRole("gridcell").nth(1).click();
  await page.keyboard.type("99");
  await page.keyboard.press("Enter");
  // The selection has moved on.
  await page.getByText("Not saved.").waitFor();
  await page.getByText(/year.* 1800/).waitFor();
  await requireAccessible(page, "a refused value");
  await page.getByRole("button", { name: "Go to the cell" }).click();
  await page.getByRole("button", { name: "Go to the cell" }).waitFor({ state: "detached" });
  await page.getByText(/year.* 1800/).waitFor();
  await page.keyboard.type("1,999");
  await page.keyboard.press("Enter");
  await page.getByText("Not saved.").waitFor({ state: "detached" });
  await saved(grid);
  expect((await stored(admin, "refused")).map(({ year }) => year)).toContain(1999);
  await page.keyboard.type("98");
  await page.keyboard.press("Enter");
  await page.getByText("Not saved.").waitFor();
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByText("Not saved.").waitFor({ state: "detached" });
  expect(await grid.locator("[aria-invalid=true]").count()).toBe(0);
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
