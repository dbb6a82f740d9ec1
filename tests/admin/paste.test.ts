import { expect } from "bun:test";
import { films, open, saved, stored } from "./films.ts";
import { withAdmin } from "./harness.ts";

/** Cells that are pasted: one request where it holds them, one undo, and nobody is written over. */

const suite = await withAdmin();

suite.test("a block of cells is pasted in one request, and new rows at the end", async (admin, { page }) => {
  await films(admin, "pasted", 3);
  const grid = await open(page, "pasted");
  const writes: string[] = [];
  page.on("request", (request) => {
    if (request.method() !== "GET") writes.push(new URL(request.url()).pathname);
  });
  await grid.focus();
  await page.keyboard.press("ArrowDown");
  await grid.evaluate((element) => {
    const data = new DataTransfer();
    data.setData("text/plain", "Alpha\t1950\nBeta\t1951\nGamma\t1952");
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await page.getByText("3 items saved").waitFor();
  expect(writes.filter((path) => path.endsWith("/batch"))).toHaveLength(1);
  expect((await stored(admin, "pasted", "sort=year&limit=9")).map(({ title, year }) => [title, year])).toEqual([
    ["Film 1", 1901],
    ["Alpha", 1950],
    ["Beta", 1951],
    ["Gamma", 1952],
  ]);
});

suite.test("5,000 rows of 12 columns are pasted at once, and one undo takes them back", async (admin, { page }) => {
  const names = Array.from({ length: 12 }, (_, at) => `c${at + 1}`);
  const fields = [...names.map((name) => ({ name, type: "text" })), { name: "rank", type: "integer", indexed: true }];
  await admin.send("/api/collections", { slug: "wide", fields });
  for (let at = 0; at < 5000; at += 500) {
    const items = Array.from({ length: 500 }, (_, row) => ({ c1: `Film ${at + row}`, rank: at + row }));
    await admin.send("/api/items/wide", items);
  }
  const grid = await open(page, "wide", "?sort=rank");
  const writes: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") writes.push(request.url().replace(/.*default\//, ""));
  });
  await grid.focus();
  await grid.evaluate((element) => {
    const row = Array.from({ length: 12 }, (_, column) => `new ${column}`).join("\t");
    const data = new DataTransfer();
    data.setData("text/plain", Array(5000).fill(row).join("\n"));
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await page.getByText("5,000 items saved").waitFor();
  expect(writes.filter((path) => !path.startsWith("realtime"))).toEqual([
    "items/wide/import?format=ndjson&mode=update",
  ]);
  const filter = encodeURIComponent(JSON.stringify({ c1: "new 0", c12: "new 11" }));
  const written = async () =>
    (await admin.send<{ meta: object }>(`/api/items/wide?filter=${filter}&meta=filter_count&limit=1`)).meta;
  expect(await written()).toEqual({ filter_count: 5000 });
  await page.getByRole("button", { name: "Undo (Ctrl+Z)" }).click();
  await page.getByText("Undone").waitFor();
  expect(await written()).toEqual({ filter_count: 0 });
  await page.keyboard.press("Control+Home");
  await grid.getByRole("gridcell", { name: "Film 0", exact: true }).waitFor();
  expect((await admin.send<{ data: object[] }>("/api/items/wide?sort=rank&limit=1")).data).toMatchObject([
    { c1: "Film 0", c12: null },
  ]);
});

suite.test("what somebody else has changed is not pasted over, however many rows there are", async (admin, tab) => {
  const { page } = tab;
  await films(admin, "outpaced", 600);
  const grid = await open(page, "outpaced");
  await grid.focus();
  let isLate = true;
  let isSmall = false;
  await page.route("**/import?**mode=update", async (route) => {
    if (isSmall) {
      const error = {
        code: "LIMIT_EXCEEDED",
        message: "The request needs more statements than the database runs at once.",
      };
      await route.fulfill({ status: 422, json: { error } });
      return;
    }
    // After the versions were read.
    const [first] = route.request().postData()!.split("\n");
    await admin.send(`/api/items/outpaced/${JSON.parse(first!).id}`, { title: "Theirs" }, "PATCH");
    await route.continue();
  });
  await page.route("**/batch", async (route) => {
    // After the versions were read, and before the second part.
    const { operations } = route.request().postDataJSON() as { operations: { id: string }[] };
    if (isLate && operations.length === 100)
      await admin.send(`/api/items/outpaced/${operations[0]!.id}`, { title: "Theirs" }, "PATCH");
    await route.continue();
  });
  tab.allow("412", "422");
  const paste = () =>
    grid.evaluate((element) => {
      const data = new DataTransfer();
      data.setData("text/plain", Array(600).fill("Mine").join("\n"));
      element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    });
  const titled = async (title: string) => {
    const filter = encodeURIComponent(JSON.stringify({ title }));
    const path = `/api/items/outpaced?filter=${filter}&meta=filter_count&limit=1`;
    return (await admin.send<{ meta: { filter_count: number } }>(path)).meta.filter_count;
  };
  await paste();
  await page.getByText("Somebody else has changed 1 of the items meanwhile.").waitFor();
  expect([await titled("Mine"), await titled("Theirs")]).toEqual([0, 1]);
  await grid.getByRole("gridcell", { name: "Theirs", exact: true }).waitFor();
  // As a database answers that takes fewer statements at once.
  isSmall = true;
  await paste();
  await page.getByText("500 items saved, then it stopped").waitFor();
  expect([await titled("Mine"), await titled("Theirs")]).toEqual([500, 1]);
  await page.getByRole("region", { name: "Messages" }).getByRole("button", { name: "Undo" }).click();
  // Its message stands for four seconds, in which a busy machine may not come to look.
  while ((await titled("Mine")) > 0) await page.waitForTimeout(100);
  expect([await titled("Mine"), await titled("Theirs")]).toEqual([0, 2]);
  isLate = false;
});

suite.test("after thousands of rows were pasted, a cell is edited without a question", async (admin, { page }) => {
  await films(admin, "thousands", 3000);
  const grid = await open(page, "thousands");
  await grid.focus();
  await grid.evaluate((element) => {
    const data = new DataTransfer();
    data.setData("text/plain", Array.from({ length: 3000 }, (_, at) => `Film new ${at}`).join("\n"));
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  // Of the rows on the screen: they are read again, as the answer has no versions.
  const read = page.waitForResponse((answer) => /\/items\/thousands\?/.test(answer.url()));
  await page.getByText("3,000 items saved").waitFor();
  await read;
  await page.keyboard.press("Control+Home");
  await grid.getByRole("gridcell", { name: "Film new 0", exact: true }).waitFor();
  await page.keyboard.type("Edited");
  await page.keyboard.press("Enter");
  await grid.getByRole("gridcell", { name: "Edited" }).waitFor();
  await saved(grid);
  expect(await page.getByRole("dialog").count()).toBe(0);
  expect((await stored(admin, "thousands", "sort=year&limit=1"))[0]).toMatchObject({ title: "Edited", version: 3 });
});
