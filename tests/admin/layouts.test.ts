import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { DOT as DOT_FILE, makeBucket, storeFile } from "./file-steps.ts";
import { type AdminServer, withAdmin } from "./harness.ts";

const suite = await withAdmin();

const DOT =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const FIELDS = [
  { name: "title", type: "text", required: true },
  { name: "state", type: "enum", values: ["open", "doing", "done"] },
  { name: "due", type: "date" },
  { name: "cover", type: "text" },
  { name: "hours", type: "integer" },
];

async function tasks(admin: AdminServer, slug: string): Promise<void> {
  await admin.send("/api/collections", { slug, fields: FIELDS });
  const items = Array.from({ length: 30 }, (_, at) => ({
    title: `Task ${at + 1}`,
    state: at < 28 ? "open" : "doing",
    due: at === 0 ? "2024-03-14" : "2024-05-01",
    cover: at === 0 ? DOT : "https://elsewhere.example/a.png",
    hours: at,
  }));
  await admin.send(`/api/items/${slug}`, items);
}

const open = (page: Page, slug: string, search: string) =>
  page.goto(`/admin/t/default/collections/${slug}/items?${search}`);

async function stored(admin: AdminServer, slug: string, title: string): Promise<Record<string, unknown>> {
  const filter = encodeURIComponent(JSON.stringify({ title }));
  const { data } = await admin.send<{ data: Record<string, unknown>[] }>(`/api/items/${slug}?filter=${filter}`);
  return data[0]!;
}

const saved = (frame: Locator) => frame.locator("[aria-busy=true]").first().waitFor({ state: "detached" });

async function drag(page: Page, card: Locator, target: Locator): Promise<void> {
  await target.scrollIntoViewIfNeeded();
  await card.scrollIntoViewIfNeeded();
  const [from, to] = [(await card.boundingBox())!, (await target.boundingBox())!];
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + from.width / 2 + 20, from.y + from.height / 2 + 10);
  await page.mouse.move(to.x + 30, to.y + to.height / 2, { steps: 4 });
  await page.mouse.up();
}

suite.test("a card goes to another column by pointer and by keys, and back where it is refused", async (admin, tab) => {
  const { page, allow } = tab;
  allow("500");
  await tasks(admin, "board");
  await open(page, "board", "layout=kanban&sort=hours");
  const column = (name: string) => page.getByRole("region", { name, exact: true });
  const card = (name: string) => page.getByRole("article", { name, exact: true });
  await column("open").getByText("28 items").waitFor();
  await column("open").getByRole("button", { name: "Load more" }).click();
  await column("open").getByRole("article", { name: "Task 28" }).waitFor();

  await drag(page, card("Task 1"), column("done"));
  await column("done").getByRole("article", { name: "Task 1" }).waitFor();
  await saved(page.locator("main"));
  await column("done").getByText("1 item", { exact: true }).waitFor();
  expect((await stored(admin, "board", "Task 1")).state).toBe("done");

  const grip = page.getByRole("button", { name: "Move Task 2", exact: true });
  await grip.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await column("doing").getByRole("article", { name: "Task 2", exact: true }).waitFor();
  await saved(page.locator("main"));
  expect((await stored(admin, "board", "Task 2")).state).toBe("doing");
  expect(await grip.evaluate((element) => element === document.activeElement)).toBe(true);

  // It is marked while it is on its way, and stands where it was when the server does not take it.
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/\/items\/board\/[^/?]+$/, async (route) => {
    if (route.request().method() !== "PATCH") return route.continue();
    await held;
    const body = JSON.stringify({ error: { code: "INTERNAL", message: "Something went wrong." } });
    return route.fulfill({ status: 500, contentType: "application/json", body });
  });
  await page.getByRole("button", { name: "Move Task 3", exact: true }).click();
  await column("done").getByRole("button", { name: "Put into done" }).click();
  await column("done").locator("[aria-busy=true]").waitFor();
  release();
  await column("open").getByRole("article", { name: "Task 3", exact: true }).waitFor();
  await page.getByText("It was not saved").waitFor();
  expect((await stored(admin, "board", "Task 3")).state).toBe("open");
});

suite.test("what somebody else moves goes to its column by itself", async (admin, { page }) => {
  await tasks(admin, "live");
  await open(page, "live", "layout=kanban&by=state&sort=hours");
  const column = (name: string) => page.getByRole("region", { name, exact: true });
  await column("open").getByRole("article", { name: "Task 1", exact: true }).waitFor();
  const { id } = await stored(admin, "live", "Task 1");
  await admin.send(`/api/items/live/${id}`, { state: "done" }, "PATCH");
  await column("done").getByRole("article", { name: "Task 1", exact: true }).waitFor();
  await column("open").getByText("27 items").waitFor();
});

suite.test("an item moves to another day by pointer and by keys", async (admin, { page }) => {
  await tasks(admin, "plan");
  await open(page, "plan", "layout=calendar&by=due&day=2024-03-10");
  const day = (name: string) => page.getByRole("listitem", { name, exact: true });
  const card = page.getByRole("article", { name: "Task 1", exact: true });
  await day("Thursday, March 14").locator(card).waitFor();
  await drag(page, card, day("Wednesday, March 20"));
  await day("Wednesday, March 20").locator(card).waitFor();
  await saved(page.locator("main"));
  expect((await stored(admin, "plan", "Task 1")).due).toBe("2024-03-20");
  await page.getByRole("button", { name: "Move Task 1", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await day("Tuesday, March 26").locator(card).waitFor();
  await saved(page.locator("main"));
  expect((await stored(admin, "plan", "Task 1")).due).toBe("2024-03-26");
  await page.getByRole("radio", { name: "Week", exact: true }).click();
  await page.getByRole("button", { name: "Next week" }).click();
  expect(new URL(page.url()).search).toContain("span=week");
});

suite.test("pictures from elsewhere are named, not loaded", async (admin, { page }) => {
  await tasks(admin, "pictures");
  await open(page, "pictures", "layout=gallery&sort=hours");
  await page.getByRole("link", { name: "Task 1", exact: true }).waitFor();
  await page.getByText("https://elsewhere.example/a.png").first().waitFor();
  expect(await page.locator("main img").count()).toBe(1);
});

suite.test("groups count and add up, opening one filters, and a view keeps them", async (admin, { page }) => {
  await tasks(admin, "grouped");
  await open(page, "grouped", "by=state&sums=hours:sum");
  const groups = page.getByRole("grid", { name: "Groups of grouped" });
  await groups.getByRole("row", { name: /open.*28.*378/ }).waitFor();
  await page.getByRole("button", { name: "Chart", exact: true }).click();
  await page.getByRole("figure", { name: "Groups of grouped" }).locator(".recharts-bar-rectangle").first().waitFor();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export the groups" }).click();
  await page.getByRole("menuitem", { name: "CSV" }).click();
  expect(readFileSync(await (await saved).path(), "utf8")).toContain("open,28,378\r\n");
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Save as a new view…" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("By state");
  await page.getByRole("button", { name: "Save view" }).click();
  await page.getByRole("button", { name: "By state" }).waitFor();
  const { data } = await admin.send<{ data: object[] }>("/api/views?collection=grouped");
  expect(data).toMatchObject([{ layout: "table", query: { group_by: ["state"] }, options: { sums: ["hours:sum"] } }]);
  await groups.getByRole("button", { name: "doing" }).click();
  await page.getByRole("grid", { name: "Items of grouped" }).getByRole("gridcell", { name: "Task 29" }).waitFor();
  await page.getByRole("list", { name: "Conditions" }).getByRole("button", { name: "Remove the condition" }).click();
  await page
    .getByRole("grid", { name: "Items of grouped" })
    .getByRole("gridcell", { name: "Task 28", exact: true })
    .waitFor();
});

suite.test("a gallery and a table show the pictures of files, and lead to them", async (admin, { page }) => {
  await makeBucket(admin, "portraits");
  const portrait = await storeFile(admin, "portraits/2026/dot.png", DOT_FILE);
  const fields = [
    { name: "name", type: "text" },
    { name: "portrait", type: "file" },
    { name: "scans", type: "files" },
  ];
  await admin.send("/api/operator/collections", { slug: "people", fields });
  await admin.send("/api/operator/items/people", [
    { name: "Ada", portrait },
    { name: "Bob", scans: [portrait] },
  ]);
  await open(page, "people", "layout=gallery");
  const card = (name: string) => page.getByRole("listitem").filter({ hasText: name });
  await card("Ada").locator("img[src^='blob:']").waitFor();
  await card("Bob").getByText("No picture").waitFor();
  await open(page, "people", "");
  const row = page.getByRole("row").filter({ hasText: "Ada" });
  await row.getByText("dot.png").waitFor();
  const scans = page.getByRole("row").filter({ hasText: "Bob" });
  await scans.getByRole("link", { name: "Open the file dot.png" }).locator("img[src^='blob:']").waitFor();
  const link = row.getByRole("link", { name: "Open the file dot.png" });
  await link.locator("img[src^='blob:']").waitFor();
  await link.click();
  await page.getByRole("dialog").getByRole("img", { name: "Picture dot.png" }).waitFor();
});
