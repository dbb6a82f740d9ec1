import { expect } from "bun:test";
import { films, open, saved, stored } from "./films.ts";
import { withAdmin } from "./harness.ts";

const suite = await withAdmin();

suite.test(
  "a cell is edited by keys, and shows what the server has stored or refused",
  async (admin, { page, allow }) => {
    allow("422");
    await films(admin, "edited", 3);
    const grid = await open(page, "edited");
    await grid.focus();
    await page.keyboard.type("Metropolis");
    await page.keyboard.press("Enter");
    await grid.getByRole("gridcell", { name: "Metropolis" }).waitFor();
    await saved(grid);
    expect((await stored(admin, "edited")).map(({ title }) => title)).toEqual(["Metropolis", "Film 2", "Film 3"]);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.type("99");
    await page.keyboard.press("Enter");
    const refused = grid.locator("[aria-invalid=true]");
    await refused.waitFor();
    expect(await refused.textContent()).toBe("99");
    expect((await stored(admin, "edited"))[1]?.year).toBe(1902);
  },
);

/** The address of one item, not the list or the stream. */
const ITEM = /\/items\/\w+\/[^/?]+$/;

suite.test("nothing is shown as saved that the server did not store", async (admin, { page, allow }) => {
  allow("500", "net::ERR");
  await films(admin, "proxied", 3);
  const grid = await open(page, "proxied");
  const first = grid.getByRole("row").nth(1).getByRole("gridcell").first();
  for (const fault of ["500", "nothing"] as const) {
    let asked = 0;
    await page.route(ITEM, async (route) => {
      if (route.request().method() === "GET") return route.continue();
      asked++;
      if (fault === "nothing") return route.abort("connectionreset");
      const body = JSON.stringify({ error: { code: "INTERNAL", message: "Something went wrong." } });
      return route.fulfill({ status: 500, contentType: "application/json", body });
    });
    await grid.focus();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("Never");
    await page.keyboard.press("Enter");
    await page.getByText(fault === "500" ? "It was not saved" : "It is not known whether it was saved").waitFor();
    await first.getByText("Film 1").waitFor();
    expect(asked).toBeGreaterThan(0);
    expect(await grid.locator("[aria-busy=true]").count()).toBe(0);
    await page.unroute(ITEM);
    await page.getByRole("button", { name: "Close" }).first().click();
  }
  expect((await stored(admin, "proxied"))[0]).toMatchObject({ title: "Film 1", version: 1 });
});

suite.test("a change of somebody else is shown beside one's own, and one is chosen", async (admin, { page, allow }) => {
  allow("412");
  await films(admin, "contested", 2);
  const grid = await open(page, "contested");
  const [{ id = "" } = {}] = (await admin.send<{ data: { id: string }[] }>("/api/items/contested?sort=year&limit=1"))
    .data;
  // The stream would bring the other change first.
  let isFirst = true;
  await page.route(ITEM, async (route) => {
    if (route.request().method() !== "PATCH" || !isFirst) return route.continue();
    isFirst = false;
    await admin.send(`/api/items/contested/${id}`, { title: "Theirs" }, "PATCH");
    return route.continue();
  });
  await grid.focus();
  await page.keyboard.type("Mine");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  const versions = dialog.getByRole("group", { name: "title" });
  await versions.getByText("Mine", { exact: true }).waitFor();
  await versions.getByText("Theirs", { exact: true }).last().waitFor();
  await dialog.getByRole("button", { name: "Keep mine" }).click();
  await saved(grid);
  expect((await stored(admin, "contested"))[0]).toMatchObject({ title: "Mine", version: 3 });
});

suite.test("what is typed in a cell is saved in its item, however one leaves the cell", async (admin, { page }) => {
  await films(admin, "left", 4);
  const grid = await open(page, "left");
  const titles = async () => (await stored(admin, "left", "sort=year&limit=9")).map(({ title }) => title);
  await grid.focus();
  await page.keyboard.type("By press");
  await grid.getByRole("gridcell", { name: "Film 3" }).click();
  await grid.getByRole("gridcell", { name: "By press" }).waitFor();
  await saved(grid);
  expect(await titles()).toEqual(["By press", "Film 2", "Film 3", "Film 4"]);
  await page.keyboard.press("F2");
  await grid.getByRole("textbox", { name: "title" }).fill("Still mine");
  // Somebody deletes the item above: the rows below move up.
  const { data } = await admin.send<{ data: { id: string; title: string }[] }>("/api/items/left");
  await admin.send(`/api/items/left/${data.find(({ title }) => title === "Film 2")?.id}`, undefined, "DELETE");
  await grid.getByRole("gridcell", { name: "Film 2" }).waitFor({ state: "detached" });
  expect(await grid.getByRole("textbox", { name: "title" }).inputValue()).toBe("Still mine");
  await page.keyboard.press("Enter");
  await grid.getByRole("gridcell", { name: "Still mine" }).waitFor();
  await saved(grid);
  expect(await titles()).toEqual(["By press", "Still mine", "Film 4"]);
});

suite.test("a time that was looked at stays to the millisecond", async (admin, { page }) => {
  const fields = [
    { name: "title", type: "text" },
    { name: "at", type: "timestamp" },
  ];
  await admin.send("/api/collections", { slug: "times", fields });
  // In Lisbon this hour comes twice: the second one.
  await admin.send("/api/items/times", [{ title: "Film 1", at: "2026-10-25T01:30:00.125Z" }, { title: "Film 2" }]);
  const tab = await admin.tab({ timezoneId: "Europe/Lisbon" });
  const grid = await open(tab.page, "times", "?sort=title");
  for (const key of ["F2", "5", "x"]) {
    await grid.getByRole("row").nth(1).getByRole("gridcell").nth(1).click();
    await tab.page.keyboard.press(key);
    await grid.locator("input[type=datetime-local]").waitFor();
    await grid.getByRole("gridcell", { name: "Film 2" }).click();
    await grid.locator("input[type=datetime-local]").waitFor({ state: "detached" });
  }
  await tab.page.keyboard.press("F2");
  await grid.getByRole("textbox", { name: "title" }).fill("Film 3");
  await tab.page.keyboard.press("Enter");
  await grid.getByRole("gridcell", { name: "Film 3" }).waitFor();
  await saved(grid);
  await page.close();
  expect((await admin.send<{ data: object[] }>("/api/items/times?sort=title")).data).toMatchObject([
    { title: "Film 1", at: "2026-10-25T01:30:00.125Z", version: 1 },
    { title: "Film 3", at: null, version: 2 },
  ]);
});

suite.test(
  "rows are filtered, sorted and deleted together, and the address holds the list",
  async (admin, { page }) => {
    await films(admin, "bulk", 30);
    const filter = encodeURIComponent(JSON.stringify({ year: { _gt: 1925 } }));
    const grid = await open(page, "bulk", `?sort=-year&filter=${filter}`);
    expect(await grid.getByRole("row").nth(1).getByRole("gridcell").nth(1).textContent()).toBe("1930");
    await grid.getByRole("checkbox", { name: "Select the loaded items" }).click();
    await page.getByRole("button", { name: "Select all that the filter finds" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("alertdialog", { name: "Delete 5 items?" }).getByRole("button", { name: "Delete" }).click();
    await page.getByText("5 items deleted").waitFor();
    await page.getByText("Nothing found").waitFor();
    expect(await stored(admin, "bulk", "limit=100")).toHaveLength(25);
  },
);

suite.test(
  "of a long list only what is on the screen is in the page, and nobody counts it",
  async (admin, { page }) => {
    await films(admin, "long", 3000);
    const lists: URLSearchParams[] = [];
    page.on("request", (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (pathname.endsWith("/items/long") && !pathname.includes("/realtime/")) lists.push(searchParams);
    });
    const grid = await open(page, "long", "");
    await grid.focus();
    // As many screens as four pages have; keys can be faster than the server.
    for (let screens = 0; screens < 500 && lists.length <= 3; screens++) {
      await page.keyboard.press("PageDown");
      await page.waitForTimeout(10);
    }
    await page.keyboard.press("Control+Home");
    await grid.getByRole("row").nth(1).getByRole("gridcell", { name: /^Film/ }).first().waitFor();
    expect(await grid.getByRole("row").count()).toBeLessThan(80);
    expect(lists.length).toBeGreaterThan(3);
    expect(lists.filter((query) => !query.has("cursor") || query.has("meta") || query.has("offset"))).toEqual([]);
  },
);

suite.test("how items are shown is kept as a view, chosen again and deleted", async (admin, { page }) => {
  await films(admin, "viewed", 5);
  const filter = encodeURIComponent(JSON.stringify({ year: { _gt: 1903 } }));
  const grid = await open(page, "viewed", `?sort=-year&filter=${filter}`);
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Save as a new view…" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Late films");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Late films" }).click();
  await page.getByRole("menuitemcheckbox", { name: "All items" }).click();
  await grid.getByRole("gridcell", { name: "Film 1" }).waitFor();
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Late films" }).click();
  await grid.getByRole("gridcell", { name: "Film 1" }).waitFor({ state: "detached" });
  await grid.getByRole("gridcell", { name: "Film 5" }).waitFor();
  expect(await grid.getByRole("gridcell", { name: /^Film/ }).allTextContents()).toEqual(["Film 5", "Film 4"]);
  await page.getByRole("button", { name: "Late films" }).click();
  await page.getByRole("menuitem", { name: "Delete “Late films”" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await grid.getByRole("gridcell", { name: "Film 1" }).waitFor();
  expect((await admin.send<{ data: object[] }>("/api/views?collection=viewed")).data).toEqual([]);
});
