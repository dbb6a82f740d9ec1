import { expect } from "bun:test";
import { DOT, makeBucket, storeFile } from "./file-steps.ts";
import { type AdminServer, withAdmin } from "./harness.ts";

/** Fields that are a list of files: their order, what is added and taken away, and where they are shown. */

const suite = await withAdmin();

const picture = (name: string) => ({ name, mimeType: "image/png", buffer: DOT_BYTES });
const DOT_BYTES = Buffer.from(await DOT.arrayBuffer());

/** A collection whose items have pictures. */
async function shop(admin: AdminServer, slug: string, names: readonly string[]): Promise<readonly string[]> {
  await makeBucket(admin, slug);
  const fields = [
    { name: "title", type: "text" },
    { name: "pictures", type: "files", bucket: slug, content_types: ["image/*"] },
  ];
  await admin.send("/api/operator/collections", { slug, fields });
  const ids: string[] = [];
  for (const name of names) ids.push(await storeFile(admin, `${slug}/${name}`, DOT));
  return ids;
}

async function filesOf({ send }: AdminServer, slug: string, id: string): Promise<readonly string[]> {
  const path = `/api/operator/items/${slug}/${id}?fields=pictures.name`;
  return (await send<{ data: { pictures: { name: string }[] } }>(path)).data.pictures.map(({ name }) => name);
}

suite.test(
  "files of an item are ordered by keys and by dragging, added, and removed",
  async (admin, { page, allow }) => {
    // Of a name that is taken.
    allow("412");
    const [a, b] = await shop(admin, "lamps", ["a.png", "b.png", "c.png"]);
    const made = await admin.send<{ data: { id: string } }>("/api/operator/items/lamps", {
      title: "Desk",
      pictures: [a, b],
    });
    const { id } = made.data;
    await page.goto(`/admin/t/default/collections/lamps/items/${id}`);
    const list = page.getByRole("list", { name: "Files of pictures" });
    const order = async (...names: readonly string[]) => {
      for (const [at, name] of names.entries())
        await list.getByRole("listitem").nth(at).getByText(name, { exact: true }).waitFor();
      await list.and(page.locator(":not([aria-busy])")).waitFor();
      expect(await list.getByRole("listitem").count()).toBe(names.length);
      expect(await filesOf(admin, "lamps", id)).toEqual([...names]);
    };
    await order("a.png", "b.png");
    await list.getByRole("link", { name: "Open the file a.png" }).locator("img[src^='blob:']").waitFor();

    await page.getByRole("button", { name: "Move b.png forward" }).press("Enter");
    await order("b.png", "a.png");
    // The button has come to its end, so the other one has the focus.
    expect(await page.evaluate("document.activeElement.getAttribute('aria-label')")).toBe("Move b.png back");

    await page.getByLabel("File for pictures").setInputFiles([picture("d.png"), picture("a.png")]);
    await order("b.png", "a.png", "d.png", "a-2.png");
    await list.getByRole("listitem").nth(3).dragTo(list.getByRole("listitem").nth(0));
    await order("a-2.png", "b.png", "a.png", "d.png");

    await page.getByRole("button", { name: "Add a file to pictures" }).click();
    await page.getByRole("option", { name: "c.png" }).click();
    await order("a-2.png", "b.png", "a.png", "d.png", "c.png");
    await page.getByRole("button", { name: "Remove b.png" }).click();
    await order("a-2.png", "a.png", "d.png", "c.png");
    await page.getByRole("region", { name: "Messages" }).getByRole("button", { name: "Undo" }).click();
    await order("a-2.png", "b.png", "a.png", "d.png", "c.png");

    await page.goto("/admin/t/default/collections/lamps/items?cols=title*-pictures");
    const cell = page.getByRole("gridcell", { name: /and 2 others/ });
    await cell.getByRole("link", { name: "Open the file a.png" }).waitFor();
    expect(await cell.getByRole("link").count()).toBe(3);
    await page.goto("/admin/t/default/collections/lamps/items?layout=gallery&cols=title");
    await page.getByRole("region", { name: "Gallery of lamps" }).locator("img[src^='blob:']").waitFor();
  },
);

suite.test("a new item gets files that are dropped, in their order", async (admin, { page }) => {
  await shop(admin, "chairs", ["old.png"]);
  await page.goto("/admin/t/default/collections/chairs/items/new");
  await page.getByLabel("title").fill("Stool");
  const list = page.getByRole("list", { name: "Files of pictures" });
  await list.getByText("None yet.").waitFor();
  const transfer = await page.evaluateHandle(
    `(() => {
      const bytes = Uint8Array.from(atob("${DOT_BYTES.toString("base64")}"), (char) => char.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], "new.png", { type: "image/png" }));
      return transfer;
    })()`,
  );
  await list.dispatchEvent("drop", { dataTransfer: transfer });
  await list.getByText("new.png").waitFor();
  await page.getByRole("button", { name: "Add a file to pictures" }).click();
  await page.getByRole("option", { name: "old.png" }).click();
  await page.getByRole("button", { name: "Move old.png forward" }).click();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("heading", { name: "Stool" }).waitFor();
  expect(await filesOf(admin, "chairs", page.url().split("/").at(-1)!)).toEqual(["old.png", "new.png"]);
});
