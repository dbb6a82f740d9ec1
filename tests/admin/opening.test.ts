import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { type AdminServer, withAdmin } from "./harness.ts";

/** With what the admin opens: the list that was shown last, a collection's default view, and what an address says. */

const suite = await withAdmin();

const FIELDS = [
  { name: "title", type: "text", required: true },
  { name: "genre", type: "enum", values: ["novel", "essay"] },
];
const BOOKS = [
  { title: "Atlas", genre: "novel" },
  { title: "Harbour", genre: "essay" },
];

async function books({ send }: AdminServer, slug: string): Promise<void> {
  await send("/api/collections", { slug, fields: FIELDS, default_sort: "title" });
  await send(`/api/items/${slug}`, BOOKS);
}

const novels = (collection: string, more: object = {}) => ({
  collection,
  name: "Novels",
  query: { filter: { genre: { _eq: "novel" } } },
  columns: [{ field: "title" }],
  ...more,
});

const addressOf = (page: Page): string => new URL(page.url()).pathname;
const cell = (page: Page, name: string) => page.getByRole("gridcell", { name, exact: true });
const views = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

async function chooseView(page: Page, shown: string, entry: string): Promise<void> {
  await views(page, shown).click();
  await page
    .getByRole("menuitem", { name: entry })
    .or(page.getByRole("menuitemcheckbox", { name: entry }))
    .click();
}

suite.test(
  "/admin leads to the list that was shown last, as it was shown, while it is there",
  async (admin, { page }) => {
    await page.goto("/admin");
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    await books(admin, "kept");
    const filter = encodeURIComponent(JSON.stringify({ genre: { _eq: "novel" } }));
    await page.goto(`/admin/t/default/collections/kept/items?layout=kanban&by=genre&filter=${filter}&q=Atl`);
    await page.getByRole("heading", { name: "kept", level: 1 }).waitFor();
    await page.goto("/admin/t/default/keys");
    await page.getByRole("heading", { name: "API keys", level: 1 }).waitFor();
    await page.goto("/admin");
    await page.getByRole("heading", { name: "kept", level: 1 }).waitFor();
    expect(addressOf(page)).toBe("/admin/t/default/collections/kept/items");
    // What was looked for is data, which the browser does not keep.
    expect(new URL(page.url()).search).toBe("?layout=kanban&by=genre");
    await page.getByRole("link", { name: "Overview" }).click();
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    await admin.send("/api/collections/kept?confirm=kept", undefined, "DELETE");
    await page.goto("/admin");
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  },
);

suite.test("a collection opens with its default view; all items are one click away", async (admin, { page }) => {
  await books(admin, "opened");
  await admin.send("/api/views", novels("opened", { shared: true, is_default: true }));
  await page.goto("/admin/t/default/collections/opened/items");
  await cell(page, "Atlas").waitFor();
  await views(page, "Novels").waitFor();
  expect(await page.getByRole("columnheader", { name: "genre" }).count()).toBe(0);
  expect(await cell(page, "Harbour").count()).toBe(0);
  await chooseView(page, "Novels", "All items");
  await cell(page, "Harbour").waitFor();
  await page.reload();
  await cell(page, "Harbour").waitFor();
  await page.getByRole("navigation", { name: "Plinth" }).getByRole("link", { name: "opened" }).click();
  await views(page, "Novels").waitFor();
  await cell(page, "Harbour").waitFor({ state: "detached" });
  // A link that says what to show is shown as it says.
  await page.goto("/admin/t/default/collections/opened/items?q=Harb");
  await cell(page, "Harbour").waitFor();
});

suite.test(
  "one's own default goes before the shared one, and is chosen in the menu of views",
  async (admin, { page }) => {
    await books(admin, "chosen");
    await admin.send("/api/views", novels("chosen", { shared: true, is_default: true }));
    const essays = { name: "Essays", query: { filter: { genre: { _eq: "essay" } } } };
    const { data } = await admin.send("/api/views", novels("chosen", essays));
    await page.goto("/admin/t/default/collections/chosen/items");
    await chooseView(page, "Novels", "Essays");
    await cell(page, "Harbour").waitFor();
    await chooseView(page, "Essays", "Open with “Essays”");
    await page.getByText("View saved").waitFor();
    expect(await admin.send(`/api/views/${data.id}`)).toMatchObject({ data: { is_default: true } });
    await page.goto("/admin/t/default/collections/chosen/items");
    await views(page, "Essays").waitFor();
    await cell(page, "Harbour").waitFor();
    expect(await cell(page, "Atlas").count()).toBe(0);
    // The first page opens with it too.
    await page.goto("/admin");
    await cell(page, "Harbour").waitFor();
    expect(await cell(page, "Atlas").count()).toBe(0);
    const saved = page.waitForResponse((answer) => answer.request().method() === "PATCH");
    await chooseView(page, "Essays", "No longer open with “Essays”");
    await saved;
    await page.goto("/admin/t/default/collections/chosen/items");
    await views(page, "Novels").waitFor();
    // A view can be saved as that.
    await chooseView(page, "Novels", "Save as a new view…");
    await page.getByRole("textbox", { name: "Name" }).fill("Mine");
    await page.getByRole("switch", { name: "The collection opens with it" }).click();
    await page.getByRole("button", { name: "Save view" }).click();
    await views(page, "Mine").waitFor();
    await page.goto("/admin/t/default/collections/chosen/items");
    await views(page, "Mine").waitFor();
  },
);

const heads = (page: Page) => page.getByRole("grid").locator("[role=columnheader][aria-colindex]").allTextContents();

async function inColumn(page: Page, column: string, entry: string): Promise<void> {
  await page.getByRole("button", { name: `Column ${column}`, exact: true }).press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: entry }).click();
}

const colsOf = (page: Page) => new URL(page.url()).searchParams.get("cols");

suite.test("a link shows the same columns to others, and Back those from before", async (admin, { page }) => {
  await books(admin, "linked");
  const list = "/admin/t/default/collections/linked/items";
  const shows = async (one: Page, columns: readonly string[]) => {
    await one.getByRole("columnheader").nth(columns.length).waitFor();
    await one
      .getByRole("columnheader")
      .nth(columns.length + 1)
      .waitFor({ state: "detached" });
    expect(await heads(one)).toEqual([...columns]);
  };
  await page.goto(list);
  await shows(page, ["title", "genre", "created_at"]);
  expect(new URL(page.url()).search).toBe("");
  await inColumn(page, "genre", "Hide");
  await shows(page, ["title", "created_at"]);
  await inColumn(page, "created_at", "Pin to the left");
  await shows(page, ["created_at", "title"]);
  expect(new URL(page.url()).search).toBe("?cols=title-created_at*");

  const other = (await admin.tab()).page;
  await other.goto(page.url());
  await shows(other, ["created_at", "title"]);
  expect(await other.locator("[role=columnheader][aria-colindex].sticky").allTextContents()).toEqual(["created_at"]);
  // What a link shows is not what the collection opens with from then on.
  await other.goto(list);
  await shows(other, ["title", "genre", "created_at"]);
  await other.context().close();

  await page.goBack();
  await shows(page, ["title", "created_at"]);
  await page.goBack();
  await shows(page, ["title", "genre", "created_at"]);
  await page.goForward();
  await shows(page, ["title", "created_at"]);

  await page.goto(list);
  await shows(page, ["created_at", "title"]);
  expect(colsOf(page)).toBe("title-created_at*");
  // An address that says what to show, says it all.
  await page.goto(`${list}?q=Harb`);
  await cell(page, "Atlas").waitFor({ state: "detached" });
  await shows(page, ["title", "genre", "created_at"]);
  await page.getByRole("combobox", { name: "Search by title" }).fill("");
  await cell(page, "Atlas").waitFor();
  await shows(page, ["title", "genre", "created_at"]);
  expect(new URL(page.url()).search).toBe("?view=all");
});

suite.test("a link to a view shows its columns, pins and layout in any browser", async (admin, { page }) => {
  await books(admin, "shown");
  const list = "/admin/t/default/collections/shown/items";
  const { data } = await admin.send("/api/views", {
    ...novels("shown", { shared: true }),
    columns: [{ field: "genre", width: 300 }, { field: "title" }],
    options: { pinned: ["title"] },
  });
  for (const search of [`?view=${data.id}`, `?view=${data.id}&sort=-title`]) {
    await page.goto(list + search);
    await page.locator("[role=columnheader][aria-colindex].sticky").waitFor();
    expect(await heads(page)).toEqual(["title", "genre"]);
    expect(colsOf(page)).toBe("genre-title*");
    expect((await page.getByRole("columnheader", { name: "genre" }).boundingBox())!.width).toBe(300);
  }
  // It does not become what the collection shows by itself.
  await chooseView(page, "Novels", "All items");
  await page.getByRole("columnheader", { name: "created_at" }).waitFor();
  expect(await heads(page)).toEqual(["title", "genre", "created_at"]);
  await page.goBack();
  await page.getByRole("columnheader", { name: "created_at" }).waitFor({ state: "detached" });
  expect(await heads(page)).toEqual(["title", "genre"]);

  const board = { name: "Board", shared: true, query: {}, layout: "kanban", options: { column: "genre" } };
  const made = await admin.send("/api/views", { ...novels("shown", board) });
  await page.goto(`${list}?view=${made.data.id}`);
  await page.getByRole("region", { name: "essay" }).waitFor();
  const { searchParams } = new URL(page.url());
  expect([...searchParams.keys()].sort()).toEqual(["by", "cols", "layout", "view"]);
});
