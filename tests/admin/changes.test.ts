import { expect } from "bun:test";
import { type AdminServer, withAdmin } from "./harness.ts";

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
