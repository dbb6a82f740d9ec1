/** Films in the grid of items. */
import type { Locator, Page } from "playwright-core";
import type { AdminServer } from "./harness.ts";

const FIELDS = [
  { name: "title", type: "text", required: true, max_length: 40 },
  { name: "year", type: "integer", min: 1800, max: 2100 },
  { name: "seen", type: "boolean" },
];

/** A collection of its own for each test, with films of the years 1901, 1902 … */
export async function films(admin: AdminServer, slug: string, count: number): Promise<void> {
  await admin.send("/api/collections", { slug, fields: FIELDS });
  const items = Array.from({ length: count }, (_, at) => ({ title: `Film ${at + 1}`, year: 1901 + (at % 150) }));
  for (let at = 0; at < count; at += 500) await admin.send(`/api/items/${slug}`, items.slice(at, at + 500));
}

/** The grid of the collection, with its first rows. */
export async function open(page: Page, slug: string, search = "?sort=year") {
  await page.goto(`/admin/t/default/collections/${slug}/items${search}`);
  const grid = page.getByRole("grid");
  await grid.getByRole("gridcell", { name: /^Film/ }).first().waitFor();
  return grid;
}

export const stored = async (admin: AdminServer, slug: string, query = "sort=year&limit=3") =>
  (await admin.send<{ data: { title: string; year: number | null; version: number }[] }>(`/api/items/${slug}?${query}`))
    .data;

/** Waits until the server has answered every change of a cell. */
export async function saved(grid: Locator): Promise<void> {
  const busy = grid.locator("[aria-busy=true]");
  while ((await busy.count()) > 0) await busy.first().waitFor({ state: "detached" });
}
