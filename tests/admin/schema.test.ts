import { expect } from "bun:test";
import { requireAccessible } from "../pages/browser.ts";
import { type AdminServer, withAdmin } from "./harness.ts";

/** Collections made and changed in the admin: nothing takes effect before "Apply", and nothing is shown that did not. */

const suite = await withAdmin();

interface Collection {
  readonly fields: readonly { readonly name: string }[];
  readonly indexes?: readonly (readonly string[])[];
}

const collectionOf = async (admin: AdminServer, slug: string): Promise<Collection> =>
  (await admin.send<{ data: Collection }>(`/api/operator/collections/${slug}`)).data;

const make = (admin: AdminServer, slug: string, fields: readonly object[]) =>
  admin.send("/api/operator/collections", { slug, fields });

suite.test(
  "a collection is made with its fields, and a link shows on both sides and in the graph",
  async (admin, { page }) => {
    await make(admin, "authors", [{ name: "name", type: "text", required: true }]);
    await page.goto("/admin/t/default/collections/new");
    await page.getByLabel("Name").fill("Blog posts");
    await page.getByText("In URLs it is blog_posts.").waitFor();
    await page.getByRole("button", { name: "Add field" }).click();
    await page.getByRole("button", { name: /^Text A line/ }).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByLabel("Name").fill("title");
    await sheet.getByRole("checkbox", { name: "Required" }).click();
    await sheet.getByRole("button", { name: "Add, and another" }).click();
    await page.getByRole("button", { name: /^Link to one item/ }).click();
    await sheet.getByLabel("Name").fill("author");
    await sheet.getByRole("button", { name: "Leads to an item of" }).click();
    await page.getByRole("option", { name: "authors" }).click();
    await sheet.getByRole("checkbox", { name: "Show the items of blog_posts as a list in authors" }).click();
    await sheet.getByRole("button", { name: "Add field", exact: true }).click();
    await page.getByRole("button", { name: "Create collection" }).click();
    await page.waitForURL(/\/collections\/blog_posts$/);
    await page.getByRole("heading", { name: "blog_posts", level: 1 }).waitFor();

    expect((await collectionOf(admin, "blog_posts")).fields.map(({ name }) => name)).toEqual(["title", "author"]);
    expect((await collectionOf(admin, "authors")).fields.map(({ name }) => name)).toEqual(["name", "blog_posts"]);
    await page.goto("/admin/t/default/collections?view=graph");
    await page.getByRole("img", { name: /Collections and their relations/ }).waitFor();
    const relation = page.getByRole("listitem").filter({ hasText: "blog_posts.author" });
    expect(await relation.textContent()).toContain("shown there as blog_posts");
    await relation.getByRole("link", { name: "authors", exact: true }).click();
    await page.getByRole("heading", { name: "authors", level: 1 }).waitFor();
  },
);

suite.test("many-to-many is one step: the junction, and a list on both sides", async (admin, { page }) => {
  await make(admin, "songs", [{ name: "title", type: "text" }]);
  await make(admin, "genres", [{ name: "name", type: "text" }]);
  await page.goto("/admin/t/default/collections/songs?field=%2B");
  await page.getByRole("button", { name: /^List of items/ }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("button", { name: "Items of" }).click();
  await page.getByRole("option", { name: "genres" }).click();
  expect(await sheet.getByLabel(/^Name/).first().inputValue()).toBe("genres");
  expect(await sheet.getByLabel("Name of the list").inputValue()).toBe("songs");
  await requireAccessible(page, "a list of items");
  await sheet.getByRole("button", { name: "Add and apply" }).click();
  await page.getByText("The changes are applied.").waitFor();
  expect((await collectionOf(admin, "songs")).fields.map(({ name }) => name)).toEqual(["title", "genres"]);
  expect((await collectionOf(admin, "songs_genres")).fields.map(({ name }) => name)).toEqual(["songs", "genres"]);
  expect((await collectionOf(admin, "genres")).fields.map(({ name }) => name)).toEqual(["name", "songs"]);
});

suite.test(
  "a draft is applied as a whole: fields, an index, and a field that goes with its values",
  async (admin, { page }) => {
    await make(admin, "films", [
      { name: "title", type: "text" },
      { name: "year", type: "integer" },
      { name: "remark", type: "text" },
    ]);
    await admin.send("/api/operator/items/films", [{ title: "Vertigo", remark: "x" }, { title: "Solaris" }]);
    await page.goto("/admin/t/default/collections/films");
    await page.getByRole("button", { name: "Actions for remark" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    const question = page.getByRole("alertdialog");
    await question.getByText("1 item has a value for it").waitFor();
    await question.getByRole("button", { name: "Mark to be deleted" }).click();
    await page.getByRole("button", { name: /^title/ }).click();
    await page.getByRole("dialog").getByRole("checkbox", { name: "Indexed", exact: true }).click();
    await page.getByRole("button", { name: "Keep changes" }).click();
    await page.getByRole("tab", { name: "Indexes" }).click();
    const several = page.locator("section").filter({ hasText: "Indexes over several fields" });
    for (const name of ["title", "year"]) {
      await several.getByRole("button", { name: "New index: choose its fields" }).click();
      await page.getByRole("option", { name, exact: true }).click();
      await page.keyboard.press("Escape");
    }
    await several.getByRole("button", { name: "Add index" }).click();
    expect((await collectionOf(admin, "films")).fields).toHaveLength(3);

    await page.getByRole("button", { name: "Review and apply" }).click();
    await page.getByText("Delete the field remark of films, with all of its values").waitFor();
    await page.getByRole("button", { name: "Apply and delete" }).click();
    await page.getByText("The changes are applied.").waitFor();
    const films = await collectionOf(admin, "films");
    expect(films.fields).toEqual([
      { name: "title", type: "text", indexed: true },
      { name: "year", type: "integer" },
    ] as never);
    expect(films.indexes).toEqual([["title", "year"]]);
  },
);

suite.test("what is refused is shown at its field, and the draft stays", async (admin, { page, allow }) => {
  allow("409");
  await make(admin, "rooms", [{ name: "name", type: "text" }]);
  await admin.send("/api/operator/items/rooms", [{ name: "A" }, { name: "A" }]);
  await page.goto("/admin/t/default/collections/rooms?field=name");
  await page.getByRole("dialog").getByRole("checkbox", { name: "Unique" }).click();
  await page.getByRole("button", { name: "Keep changes" }).click();
  await page.getByRole("button", { name: "Review and apply" }).click();
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await page.getByText("Nothing was changed. Your draft is kept.").waitFor();
  await page.getByRole("button", { name: "Back to the draft" }).click();
  const row = page.getByRole("list", { name: "Fields" }).getByRole("listitem");
  expect(await row.textContent()).toContain("existing items have equal values");
  expect(await page.getByText("The changes are applied.").count()).toBe(0);
});

suite.test("what costs more than a moment, or is not alone, goes into the draft first", async (admin, { page }) => {
  await make(admin, "shelves", [{ name: "name", type: "text" }]);
  await page.goto("/admin/t/default/collections/shelves?field=%2B");
  await page.getByRole("button", { name: /^Whole number/ }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("Name").fill("row");
  const atOnce = sheet.getByRole("button", { name: "Add and apply" });
  await atOnce.waitFor();
  await sheet.getByRole("checkbox", { name: "Indexed", exact: true }).click();
  await atOnce.waitFor({ state: "detached" });
  await sheet.getByRole("checkbox", { name: "Indexed", exact: true }).click();
  await sheet.getByRole("button", { name: "Add to draft" }).click();
  await page.getByText("1 change").waitFor();
  expect((await collectionOf(admin, "shelves")).fields.map(({ name }) => name)).toEqual(["name"]);
  await page.getByRole("button", { name: "Add field" }).first().click();
  await page.getByRole("button", { name: /^Whole number/ }).click();
  await sheet.getByRole("button", { name: "Add, and another" }).waitFor();
  expect(await atOnce.count()).toBe(0);
});

suite.test("a field that is refused when it is applied at once stays in the draft", async (admin, { page, allow }) => {
  allow("500");
  await make(admin, "cupboards", [{ name: "name", type: "text" }]);
  await page.route("**/collections/cupboards", (route) =>
    route.request().method() === "PATCH" ? route.fulfill({ status: 500, body: "{}" }) : route.continue(),
  );
  await page.goto("/admin/t/default/collections/cupboards?field=%2B");
  await page.getByRole("button", { name: /^Whole number/ }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("doors");
  await page.keyboard.press("Enter");
  await page.getByText("Nothing was changed. Your draft is kept.").waitFor();
  await page.getByRole("button", { name: "Back to the draft" }).click();
  await page.getByText("1 change").waitFor();
  await page.getByRole("button", { name: "Review and apply" }).click();
  await page.getByRole("button", { name: "Apply", exact: true }).waitFor();
  expect(await page.getByText("The changes are applied.").count()).toBe(0);
});

suite.test("a server that fails is no success", async (admin, { page, allow }) => {
  allow("500");
  await make(admin, "notes", [{ name: "text", type: "text" }]);
  await page.route("**/collections/notes", (route) =>
    route.request().method() === "PATCH" ? route.fulfill({ status: 500, body: "{}" }) : route.continue(),
  );
  await page.goto("/admin/t/default/collections/notes?tab=settings");
  await page.getByLabel("Note").fill("What we know");
  await page.getByRole("button", { name: "Review and apply" }).click();
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await page.getByText("Nothing was changed. Your draft is kept.").waitFor();
  await page.getByRole("button", { name: "Back to the draft" }).click();
  await page.getByText("1 change").waitFor();
  expect(await page.getByText("The changes are applied.").count()).toBe(0);
});

suite.test(
  "a collection is deleted only by its name, and not while others lead to it",
  async (admin, { page, allow }) => {
    allow("428", "409", "400", "422");
    await make(admin, "owners", [{ name: "name", type: "text" }]);
    await make(admin, "pets", [{ name: "owner", type: "relation", to: "owners" }]);
    await page.goto("/admin/t/default/collections/owners?tab=settings");
    await page.getByRole("link", { name: "pets.owner" }).waitFor();
    await page.goto("/admin/t/default/collections/pets?tab=settings");
    await page.getByRole("button", { name: "Delete collection" }).click();
    const question = page.getByRole("alertdialog");
    await question.getByText("It has no items.").waitFor();
    expect(await question.getByRole("button", { name: "Delete collection" }).isDisabled()).toBe(true);
    await question.getByRole("textbox").fill("pets");
    await question.getByRole("button", { name: "Delete collection" }).click();
    await page.waitForURL(/\/collections$/);
    await page.getByRole("link", { name: "owners", exact: true }).first().waitFor();
    await page.getByRole("link", { name: "pets", exact: true }).first().waitFor({ state: "detached" });
  },
);

suite.test("whoever leaves a draft is asked, and Back opens what was open before", async (admin, { page }) => {
  await make(admin, "drafts", [{ name: "name", type: "text" }]);
  await page.goto("/admin/t/default/collections/drafts");
  await page.getByRole("button", { name: /^name/ }).click();
  await page.getByRole("dialog").getByRole("checkbox", { name: "Required" }).click();
  await page.getByRole("button", { name: "Keep changes" }).click();
  await page.goBack();
  await page.getByRole("dialog", { name: "name" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Collections" }).first().click();
  const question = page.getByRole("alertdialog");
  await question.getByText("Leave without saving?").waitFor();
  await question.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("1 change").waitFor();
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("link", { name: "Collections" }).first().click();
  await page.waitForURL(/\/collections$/);
});

suite.test("each part of the schema is accessible, and fits a narrow window", async (admin, { page }) => {
  await make(admin, "places", [
    { name: "name", type: "text", required: true },
    { name: "kind", type: "enum", values: ["park", "museum"], default: "park" },
  ]);
  await page.setViewportSize({ width: 390, height: 844 });
  for (const view of ["s?view=graph", "s/places?field=kind", "s/places?tab=code"]) {
    await page.goto(`/admin/t/default/collection${view}`);
    await page
      .getByRole(view.includes("field") ? "dialog" : "heading")
      .first()
      .waitFor();
    await page.waitForLoadState("networkidle");
    await requireAccessible(page, view);
    expect([view, await page.evaluate("document.documentElement.scrollWidth <= innerWidth")]).toEqual([view, true]);
  }
});
