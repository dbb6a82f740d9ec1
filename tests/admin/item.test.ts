import { expect } from "bun:test";
import { requireAccessible } from "../pages/browser.ts";
import { type AdminServer, withAdmin } from "./harness.ts";
import { settled } from "./samples.ts";

/** One item in the admin: changed, refused, changed by two at once, and brought back. */

const suite = await withAdmin();

interface Stored {
  readonly data: { readonly id: string; readonly [field: string]: unknown };
}

async function makePost(admin: AdminServer, slug: string): Promise<string> {
  await admin.send("/api/operator/collections", {
    slug,
    fields: [
      { name: "title", type: "text", required: true },
      { name: "rating", type: "integer", min: 1, max: 5 },
      { name: "done", type: "boolean" },
    ],
  });
  return (await admin.send<Stored>(`/api/operator/items/${slug}`, { title: "First", rating: 3 })).data.id;
}

const read = async (admin: AdminServer, slug: string, id: string) =>
  (await admin.send<Stored>(`/api/operator/items/${slug}/${id}`)).data;

const at = (slug: string, id: string) => `/admin/t/default/collections/${slug}/items/${id}`;

suite.test(
  "what is typed is checked at its field, and only what the server has accepted is shown",
  async (admin, tab) => {
    const { page } = tab;
    const id = await makePost(admin, "checked");
    await page.goto(at("checked", id));
    const save = page.getByRole("button", { name: "Save" });
    expect(await save.isDisabled()).toBe(true);
    await page.getByLabel("rating").fill("nine");
    await save.click();
    await page
      .getByText(/expected/)
      .first()
      .waitFor();
    await page.getByLabel("rating").fill("9");
    await save.click();
    await page
      .getByText(/at most 5|between 1 and 5|<= 5/)
      .first()
      .waitFor();
    expect(await read(admin, "checked", id)).toMatchObject({ rating: 3, version: 1 });
    await page.getByLabel("rating").fill("5");
    await save.click();
    await page.getByText("Saved", { exact: true }).waitFor();
    expect(await read(admin, "checked", id)).toMatchObject({ rating: 5, version: 2 });
  },
);

suite.test("a server that fails is not shown as one that has saved", async (admin, tab) => {
  const { page } = tab;
  tab.allow("500");
  const id = await makePost(admin, "failing");
  await page.goto(at("failing", id));
  await page.route("**/api/**", (route) =>
    route.request().method() === "PATCH"
      ? route.fulfill({ status: 500, json: { error: { code: "INTERNAL", message: "It broke." } } })
      : route.continue(),
  );
  await page.getByLabel("title").fill("Never stored");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").getByText("It broke.").waitFor();
  expect(await page.getByText("Saved", { exact: true }).count()).toBe(0);
  expect(await page.getByLabel("title").inputValue()).toBe("Never stored");
  expect(await read(admin, "failing", id)).toMatchObject({ title: "First" });
});

suite.test("two people change one item: both versions stand side by side", async (admin, tab) => {
  const { page } = tab;
  tab.allow("412");
  const id = await makePost(admin, "shared");
  await page.goto(at("shared", id));
  await page.getByLabel("title").fill("Mine");
  await page.getByLabel("rating").fill("4");
  await admin.send(`/api/operator/items/shared/${id}`, { title: "Theirs" }, "PATCH");
  await page.getByText("Somebody else has changed this item. When you save").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  const dialog = page.getByRole("dialog");
  await dialog
    .getByRole("group", { name: /^title/ })
    .getByRole("radio")
    .last()
    .check();
  await dialog.getByRole("button", { name: "Save this choice" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  expect(await read(admin, "shared", id)).toMatchObject({ title: "Theirs", rating: 4 });
});

suite.test("what is typed stays when the item cannot be read again", async (admin, tab) => {
  const { page } = tab;
  tab.allow("403");
  const id = await makePost(admin, "unread");
  await page.goto(at("unread", id));
  await page.getByLabel("title").fill("Half a sentence");
  await page.route(`**/items/unread/${id}`, (route) =>
    route.fulfill({ status: 403, json: { error: { code: "FORBIDDEN", message: "Not now." } } }),
  );
  const refused = page.waitForResponse((answer) => answer.status() === 403);
  await admin.send(`/api/operator/items/unread/${id}`, { rating: 4 }, "PATCH");
  await refused;
  await settled(page);
  expect(await page.getByLabel("title").inputValue()).toBe("Half a sentence");
});

suite.test(
  "a document that two have changed keeps what neither has touched, and is copied whole",
  async (admin, tab) => {
    const { page } = tab;
    tab.allow("412");
    await admin.send("/api/operator/collections", { slug: "receipts", kind: "document" });
    const { data } = await admin.send<Stored>("/api/operator/items/receipts", {
      kind: "sale",
      shop: "Lisbon",
      till: 3,
    });
    await page.goto(at("receipts", data.id));
    const editor = page.getByRole("textbox", { name: "Document" });
    await editor.click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText('{"kind": "return", "shop": "Lisbon", "till": 3}');
    await admin.send(`/api/operator/items/receipts/${data.id}`, { tags: ["card"] }, "PATCH");
    await page.getByText("Somebody else has changed this item. When you save").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Save this choice" }).click();
    await page.getByText("Saved", { exact: true }).waitFor();
    const whole = { kind: "return", shop: "Lisbon", till: 3, tags: ["card"] };
    expect(await read(admin, "receipts", data.id)).toMatchObject(whole);
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Duplicate" }).click();
    await page.waitForURL((url) => !url.pathname.includes(data.id));
    expect(await read(admin, "receipts", page.url().split("/").at(-1)!)).toMatchObject(whole);
    await page.goto(`${at("receipts", data.id)}?tab=history`);
    await page.getByRole("button", { name: "Restore this version" }).last().click();
    await page.getByRole("dialog").getByRole("button", { name: "Restore" }).click();
    await page.getByText("Restored", { exact: true }).waitFor();
    const restored = await read(admin, "receipts", data.id);
    expect(restored).toMatchObject({ kind: "sale", shop: "Lisbon", till: 3 });
    expect(Object.keys(restored)).not.toContain("tags");
  },
);

suite.test("the history shows each change, and brings a version back", async (admin, { page }) => {
  const id = await makePost(admin, "kept");
  await admin.send(`/api/operator/items/kept/${id}`, { title: "Second" }, "PATCH");
  await admin.send(`/api/operator/items/kept/${id}`, { title: "Third", done: true }, "PATCH");
  await page.goto(`${at("kept", id)}?tab=history`);
  await page.getByRole("button", { name: "Restore this version" }).last().click();
  const question = page.getByRole("dialog");
  await question.getByText("First").waitFor();
  await question.getByRole("button", { name: "Restore" }).click();
  await page.getByText("Restored", { exact: true }).waitFor();
  expect(await read(admin, "kept", id)).toMatchObject({ title: "First", done: null, version: 4 });
});

suite.test("each version has a link, which shows what restoring it would change", async (admin, { page }) => {
  const id = await makePost(admin, "linked");
  await admin.send(`/api/operator/items/linked/${id}`, { title: "Second" }, "PATCH");
  await page.goto(`${at("linked", id)}?tab=history`);
  await page.getByRole("button", { name: "Restore this version" }).click();
  await page.waitForURL(/version=/);
  const link = page.url();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await admin.send(`/api/operator/items/linked/${id}`, { title: "Third", rating: 5 }, "PATCH");
  await page.goto(link);
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Third").waitFor();
  await dialog.getByText("First").waitFor();
  await dialog.getByRole("button", { name: "Restore" }).click();
  await page.getByText("Restored", { exact: true }).waitFor();
  expect(await read(admin, "linked", id)).toMatchObject({ title: "First", rating: 3, version: 4 });
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Undone", { exact: true }).waitFor();
  expect(await read(admin, "linked", id)).toMatchObject({ title: "Third", rating: 5 });
});

suite.test("a version does not replace what somebody else has changed since it was shown", async (admin, tab) => {
  const { page } = tab;
  tab.allow("412");
  const id = await makePost(admin, "outrun");
  await admin.send(`/api/operator/items/outrun/${id}`, { title: "Second" }, "PATCH");
  await page.goto(`${at("outrun", id)}?tab=history`);
  await page.getByRole("button", { name: "Restore this version" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("First").waitFor();
  // The page hears of it, but only after the button was pressed.
  let isHeld = true;
  await page.route(`**/items/outrun/${id}*`, async (route) => {
    while (isHeld) await new Promise((resolve) => setTimeout(resolve, 20));
    await route.continue();
  });
  await admin.send(`/api/operator/items/outrun/${id}`, { rating: 5 }, "PATCH");
  await dialog.getByRole("button", { name: "Restore" }).click();
  await dialog.getByRole("alert").waitFor();
  expect(await read(admin, "outrun", id)).toMatchObject({ title: "Second", rating: 5 });
  isHeld = false;
  await dialog.getByText("rating").waitFor();
  await dialog.getByRole("button", { name: "Restore" }).click();
  await page.getByText("Restored", { exact: true }).waitFor();
  expect(await read(admin, "outrun", id)).toMatchObject({ title: "First", rating: 3 });
});

suite.test("a deleted item has a page, and a version brings it back", async (admin, tab) => {
  const { page } = tab;
  tab.allow("404");
  const id = await makePost(admin, "gone");
  await admin.send(`/api/operator/items/gone/${id}`, { title: "Second" }, "PATCH");
  await admin.send(`/api/operator/items/gone/${id}`, undefined, "DELETE");
  await page.goto(at("gone", id));
  await page.getByRole("heading", { name: "Second", level: 1 }).waitFor();
  await page.getByText("This item has been deleted.").waitFor();
  expect(await page.getByRole("button", { name: "Restore this version" }).count()).toBe(2);
  await page.getByRole("button", { name: "Restore this version" }).last().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("The deleted item comes back").waitFor();
  await dialog.getByRole("button", { name: "Restore" }).click();
  await page.getByRole("heading", { name: "First", level: 1 }).waitFor();
  expect(await read(admin, "gone", id)).toMatchObject({ title: "First", rating: 3 });
  await page.goto(at("gone", "018f4e9a-5c1e-7b3a-9c2d-00000000dead"));
  await page.getByText("There is no such page").waitFor();
});

suite.test("what is typed in an item that somebody deletes is saved by bringing it back", async (admin, tab) => {
  const { page } = tab;
  tab.allow("404");
  const id = await makePost(admin, "revived");
  await page.goto(at("revived", id));
  await page.getByLabel("title").fill("Mine");
  await admin.send(`/api/operator/items/revived/${id}`, undefined, "DELETE");
  await page.getByText("Somebody else has deleted this item. Its history").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  const dialog = page.getByRole("dialog", { name: "Somebody else has deleted this item" });
  await dialog.getByText("Mine", { exact: true }).waitFor();
  await dialog.getByRole("button", { name: "Back", exact: true }).click();
  expect(await page.getByLabel("title").inputValue()).toBe("Mine");
  await page.getByRole("button", { name: "Save" }).click();
  await dialog.getByRole("button", { name: "Bring it back with mine" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  expect(await read(admin, "revived", id)).toMatchObject({ title: "Mine", rating: 3 });
});

suite.test("an item is made, and who leaves what is not saved is asked", async (admin, { page }) => {
  await makePost(admin, "made");
  await page.goto("/admin/t/default/collections/made/items/new");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page
    .getByText(/required|must not be null|expected/)
    .first()
    .waitFor();
  await page.getByLabel("title").fill("New one");
  await page.getByRole("navigation", { name: "Plinth" }).getByRole("link", { name: "Overview" }).click();
  const question = page.getByRole("alertdialog");
  await question.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("heading", { name: "New one", level: 1 }).waitFor();
});

suite.test("a new item is linked in the same save, and neither is written where one is refused", async (admin, tab) => {
  const { page } = tab;
  await admin.send("/api/operator/collections", { slug: "labels", fields: [{ name: "name", type: "text" }] });
  await admin.send("/api/operator/collections", {
    slug: "labelled",
    fields: [
      { name: "title", type: "text" },
      { name: "labels", type: "relation_many", to: "labels", through: "labelled_labels" },
    ],
  });
  await admin.send("/api/operator/items/labels", [{ name: "red" }, { name: "blue" }]);
  await page.goto("/admin/t/default/collections/labelled/items/new");
  await page.getByLabel("title").fill("Both at once");
  await page.getByRole("button", { name: "Add an item of labels" }).click();
  await page.getByRole("option", { name: "red" }).click();
  await page.getByRole("option", { name: "blue" }).click();
  await page.keyboard.press("Escape");
  await requireAccessible(page, "links of a new item");
  tab.allow("500");
  await page.route("**/items/labelled", (route) =>
    route.request().method() === "POST" ? route.fulfill({ status: 500, body: "" }) : route.fallback(),
  );
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("alert").first().waitFor();
  await page.unroute("**/items/labelled");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByText("Created", { exact: true }).first().waitFor();
  await page.getByRole("link", { name: "red", exact: true }).waitFor();
  await page.getByRole("link", { name: "blue", exact: true }).waitFor();
  const { data } = await admin.send<{ data: object[] }>("/api/operator/items/labelled_labels");
  expect(data.length).toBe(2);
});
