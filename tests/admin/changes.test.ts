import { expect } from "bun:test";
import { type AdminServer, OPERATOR, withAdmin } from "./harness.ts";

/** The change log in the admin: a bulk change is one line, and is taken back, and forth. */

const suite = await withAdmin();

interface Stored {
  readonly data: readonly { readonly id: string; readonly [field: string]: unknown }[];
}

const read = async (admin: AdminServer, slug: string) =>
  (await admin.send<Stored>(`/api/operator/items/${slug}?sort=title`)).data;

async function change(admin: AdminServer, slug: string): Promise<readonly { readonly id: string }[]> {
  await admin.send("/api/operator/collections", {
    slug,
    fields: [
      { name: "title", type: "text" },
      { name: "rating", type: "integer" },
    ],
  });
  const made = await admin.send<Stored>(
    `/api/operator/items/${slug}`,
    ["a", "b", "c"].map((title) => ({ title, rating: 1 })),
  );
  const operations = made.data.map(({ id }) => ({ op: "update", collection: slug, id, data: { rating: 5 } }));
  await admin.send("/api/operator/batch", { operations });
  return made.data;
}

const ratings = async (admin: AdminServer, slug: string) => (await read(admin, slug)).map(({ rating }) => rating);

suite.test("a request is one line, and is undone and redone", async (admin, tab) => {
  const { page } = tab;
  await change(admin, "logged");
  await page.goto("/admin/t/default/changes");
  // Days have headings, and whoever has made a change a name that leads to them.
  await page
    .getByRole("rowheader", { name: "Today" })
    .or(page.locator("th", { hasText: "Today" }))
    .first()
    .waitFor();
  await page.getByRole("link", { name: OPERATOR.name, exact: true }).first().waitFor();
  await page.getByRole("link", { name: "logged 3 changed" }).first().click();
  await page.getByText("3 items changed back").waitFor();
  expect(await ratings(admin, "logged")).toEqual([5, 5, 5]);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.getByText("Undone", { exact: true }).waitFor();
  expect(await ratings(admin, "logged")).toEqual([1, 1, 1]);
  await page.getByRole("link", { name: "Take the undo back" }).click();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.getByText("Undone", { exact: true }).waitFor();
  expect(await ratings(admin, "logged")).toEqual([5, 5, 5]);
});

suite.test("what others have changed since is listed, and stays", async (admin, tab) => {
  const { page } = tab;
  const [first] = await change(admin, "disputed");
  const operations = [{ op: "update", collection: "disputed", id: first!.id, data: { rating: 9 } }];
  await admin.send("/api/operator/batch", { operations });
  await page.goto("/admin/t/default/changes");
  await page.getByRole("link", { name: "disputed 3 changed" }).first().click();
  await page.getByText("changed since: rating").waitFor();
  await page.getByRole("button", { name: "Undo the others" }).click();
  await page.getByText("2 items changed back").waitFor();
  await page.getByText("Undone", { exact: true }).waitFor();
  expect(await ratings(admin, "disputed")).toEqual([9, 1, 1]);
});

suite.test("changes are found by filters that the address holds", async (admin, tab) => {
  const { page } = tab;
  // The item that it leads to at last.
  tab.allow("404");
  const [first] = await change(admin, "sought");
  await admin.send(`/api/operator/items/sought/${first!.id}`, undefined, "DELETE");
  await page.goto("/admin/t/default/changes");
  await page.getByRole("button", { name: /^Collection:/ }).click();
  await page.getByRole("option", { name: "sought" }).click();
  await page.getByRole("link", { name: "sought 3 changed" }).waitFor();
  await page.getByRole("combobox", { name: "Kind of change" }).click();
  await page.getByRole("option", { name: "Deleted" }).click();
  const lines = page.getByRole("main").getByRole("link", { name: /^sought/ });
  await page.getByRole("link", { name: "sought 3 changed" }).waitFor({ state: "detached" });
  await page.getByRole("link", { name: "sought 1 deleted" }).waitFor();
  expect(await lines.allTextContents()).toEqual(["sought1 deleted"]);
  await page.getByRole("button", { name: /^By whom:/ }).click();
  await page.getByRole("option", { name: "All keys" }).click();
  await page.getByText("No change that the log still holds fits the filter.").waitFor();
  const address = new URL(page.url()).searchParams;
  expect([address.get("collection"), address.get("operation"), address.get("actor")]).toEqual([
    "sought",
    "delete",
    "key",
  ]);
  await page.goBack();
  await lines.first().click();
  // What it has changed, field by field, leads to the item that is gone.
  const made = page.getByRole("region", { name: "Changes" });
  await made.getByText("empty").first().waitFor();
  await made.getByRole("link", { name: /sought/ }).click();
  await page.getByText("This item has been deleted.").waitFor();
});

suite.test("new changes are announced, and shown when somebody wants them", async (admin, { page }) => {
  await change(admin, "followed");
  await page.goto("/admin/t/default/changes?collection=followed");
  await page.getByRole("link", { name: "followed 3 changed" }).waitFor();
  await admin.send("/api/operator/items/followed", { title: "d" });
  const news = page.getByRole("button", { name: "Show what changed" });
  await news.waitFor();
  const created = page.getByRole("link", { name: "followed 1 created" });
  expect(await created.count()).toBe(0);
  await news.click();
  await created.waitFor();
  await news.waitFor({ state: "detached" });
});

suite.test(
  "the side bar and the list follow collections that somebody else makes and removes",
  async (admin, { page }) => {
    await page.goto("/admin/t/default/collections");
    await page.getByRole("heading", { name: "Collections", level: 1 }).waitFor();
    const aside = page.getByRole("navigation", { name: "Plinth" }).getByRole("link", { name: "elsewhere" });
    const listed = page.getByRole("main").getByRole("link", { name: "elsewhere" });
    await admin.send("/api/operator/collections", { slug: "elsewhere", fields: [{ name: "n", type: "integer" }] });
    await aside.waitFor();
    await listed.waitFor();
    await admin.send("/api/operator/collections/elsewhere?confirm=elsewhere", undefined, "DELETE");
    await aside.waitFor({ state: "detached" });
    await listed.waitFor({ state: "detached" });
  },
);
