import { expect } from "bun:test";
import { contentOf, DOT, holdPieces, makeBucket, storeFile, text, upload } from "./file-steps.ts";
import { withAdmin } from "./harness.ts";

/** Buckets, folders and files, as somebody uses them in the admin. */

const suite = await withAdmin();

const at = (bucket: string, search = "") => `/admin/t/default/files/${bucket}${search}`;

suite.test("the first bucket, a file in it, and back again", async (_, { page, allow }) => {
  // Of the file that is deleted, before its page is left.
  allow("404");
  await page.goto("/admin/t/default/files");
  await page.getByText("No buckets yet").waitFor();
  await page.getByRole("button", { name: "Create bucket" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("My bucket");
  await dialog.getByRole("button", { name: "Create bucket" }).click();
  await dialog.getByText(/Write 3 to 63 of/).waitFor();
  await dialog.getByLabel("Name").fill("notes");
  await dialog.getByLabel("Largest file").fill("0.5");
  await dialog.getByRole("button", { name: "Create bucket" }).click();
  await page.getByText("No files in this bucket yet").waitFor();

  await upload(page, text("today.txt", "Milk and bread"));
  await page.getByText("1 file stored").waitFor();
  await page.getByRole("link", { name: "today.txt" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByText("Milk and bread").waitFor();
  await sheet.getByText("notes/today.txt", { exact: true }).waitFor();
  // The open file is a link.
  await page.reload();
  await sheet.getByText("Milk and bread").waitFor();

  await sheet.getByRole("button", { name: "Rename or move" }).click();
  await page.getByLabel("Path in the bucket").fill("2026/november/today.txt");
  await page.getByRole("button", { name: "Move", exact: true }).click();
  await sheet.getByText("notes/2026/november/today.txt", { exact: true }).waitFor();

  await sheet.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete file" }).click();
  await page.getByText("No files in this bucket yet").waitFor();
  await page.getByRole("button", { name: "Undo" }).first().click();
  await page.getByRole("link", { name: "2026" }).click();
  await page.getByRole("link", { name: "november" }).click();
  await page.getByRole("link", { name: "today.txt" }).waitFor();
  expect(new URL(page.url()).searchParams.get("folder")).toBe("2026/november");
  await page.getByRole("navigation", { name: "Breadcrumbs" }).getByRole("link", { name: "notes" }).click();
  await page.getByRole("link", { name: "2026" }).waitFor();
});

suite.test(
  "many files and folders are dropped; one that is there is replaced only when asked",
  async (admin, { page, allow }) => {
    allow("412");
    await makeBucket(admin, "dropped");
    await storeFile(admin, "dropped/a.txt", new Blob(["old"], { type: "text/plain" }));
    await page.goto(at("dropped"));
    await page.getByRole("link", { name: "a.txt" }).waitFor();
    const transfer = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer();
    for (const name of ["a.txt", "b.txt", "c.txt", "d.txt", "e.txt"]) transfer.items.add(new File(["new " + name], name, { type: "text/plain" }));
    return transfer;
  })()`);
    const table = page.getByRole("grid", { name: "Folders and files" });
    await table.dispatchEvent("dragenter", { dataTransfer: transfer });
    await page.getByText("Drop files or folders here", { exact: true }).waitFor();
    await table.dispatchEvent("drop", { dataTransfer: transfer });
    await page.getByText("4 files stored").waitFor();
    await page.getByText("There is a file already").waitFor();
    expect(await contentOf(admin, "dropped/a.txt")).toBe("old");
    await page.getByRole("button", { name: "Replace it" }).click();
    await page.getByText("5 files stored").waitFor();
    expect(await contentOf(admin, "dropped/a.txt")).toBe("new a.txt");
    await page.getByRole("link", { name: "e.txt" }).waitFor();
  },
);

suite.test("an upload is cancelled, and sent again", async (admin, { page, allow }) => {
  allow("net::ERR_FAILED");
  await makeBucket(admin, "slow");
  await page.goto(at("slow"));
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/files/slow/**", async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  await upload(page, text("a.txt", "hello"));
  await page.getByRole("button", { name: "Cancel a.txt" }).click();
  await page.getByText("Cancelled").waitFor();
  release();
  await page.unroute("**/files/slow/**");
  await page.getByRole("button", { name: "Send a.txt again" }).click();
  await page.getByText("1 file stored").waitFor();
  expect(await contentOf(admin, "slow/a.txt")).toBe("hello");
});

suite.test("the gallery shows pictures, and a file in quarantine does not", async (admin, { page }) => {
  await makeBucket(admin, "pictures");
  await storeFile(admin, "pictures/dot.png", DOT);
  await page.goto(at("pictures", "?layout=gallery"));
  const item = page.getByRole("listitem").filter({ hasText: "dot.png" });
  await item.locator("img[src^='blob:']").waitFor();
  await item.getByRole("button", { name: "More about dot.png" }).click();
  await page.getByRole("menuitem", { name: "Put into quarantine" }).click();
  await item.getByText("Quarantine").waitFor();
  await item.getByRole("link", { name: "dot.png" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByText(/only administrators can read it/).waitFor();
  await sheet.getByRole("button", { name: "Take out of quarantine" }).click();
  await sheet.getByText(/only administrators can read it/).waitFor({ state: "detached" });
  await sheet.getByRole("img", { name: "Picture dot.png" }).waitFor();
});

suite.test("an item that refers to a file shows its picture, which leads to the file", async (admin, { page }) => {
  await makeBucket(admin, "portraits");
  const cover = await storeFile(admin, "portraits/2026/dot.png", DOT);
  const fields = [
    { name: "name", type: "text" },
    { name: "portrait", type: "relation", to: "files" },
  ];
  await admin.send("/api/operator/collections", { slug: "people", fields });
  const { data } = await admin.send("/api/operator/items/people", { name: "Ada", portrait: cover });
  await page.goto(`/admin/t/default/collections/people/items/${data.id}`);
  const link = page.getByRole("link", { name: "Open the file dot.png" });
  await link.locator("img[src^='blob:']").waitFor();
  await link.click();
  await page.getByRole("dialog").getByRole("img", { name: "Picture dot.png" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "2026" }).waitFor();
});

suite.test("a file is downloaded with its bytes", async (admin, { page }) => {
  await makeBucket(admin, "saved");
  const id = await storeFile(admin, "saved/größe.txt", new Blob(["hello"], { type: "text/plain" }));
  await page.goto(at("saved", `?file=${id}`));
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe("größe.txt");
  expect(await Bun.file((await saved.path())!).text()).toBe("hello");
});

suite.test("a bucket becomes public, and is deleted when it is empty", async (admin, { page, allow }) => {
  allow("409", "422");
  await makeBucket(admin, "open");
  await storeFile(admin, "open/a/b.txt", new Blob(["x"], { type: "text/plain" }));
  await page.goto(at("open", "?settings=true"));
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("Public").check();
  await sheet.getByLabel("Accepted types").fill("nonsense");
  await sheet.getByRole("button", { name: "Save" }).click();
  await sheet.getByText(/must be a media type/).waitFor();
  await sheet.getByLabel("Accepted types").fill("");
  await sheet.getByLabel("Keep versions").check();
  await sheet.getByLabel("Versions of one file").fill("0");
  await sheet.getByLabel("All files together, in MB").fill("2.5");
  await sheet.getByRole("button", { name: "Save" }).click();
  await sheet.getByText(/must be at least 1|>=1|Too small/).waitFor();
  await sheet.getByLabel("Versions of one file").fill("3");
  // No program is named that would accept files.
  await sheet.getByLabel("Scan new files").check();
  await sheet.getByRole("button", { name: "Save" }).click();
  await sheet.getByText(/It needs a scanner first/).waitFor();
  await sheet.getByLabel("Scan new files").uncheck();
  await sheet.getByRole("button", { name: "Save" }).click();
  await page.getByRole("main").getByText("Public", { exact: true }).waitFor();
  const { data } = await admin.send<{ data: object }>("/api/operator/buckets/open");
  expect(data).toMatchObject({ versions: true, max_versions: 3, max_total_bytes: 2_500_000, max_files: null });
  expect((await fetch(`${admin.baseUrl}/api/files/open/a/b.txt`)).status).toBe(200);
  await page.getByRole("button", { name: "Settings" }).click();
  await sheet.getByRole("button", { name: "Delete bucket" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete bucket" }).click();
  await sheet.getByText(/has files; delete them first/).waitFor();
});

suite.test("a large upload is paused, and goes on with what the server has", async (admin, { page, allow }) => {
  allow("net::ERR_FAILED");
  await makeBucket(admin, "films");
  await page.goto(at("films"));
  const { asked, release } = await holdPieces(page);
  const film = { name: "trip.mp4", mimeType: "video/mp4", buffer: Buffer.alloc(10_000_000, "film") };
  await upload(page, film);
  await page.getByRole("button", { name: "Pause trip.mp4" }).click();
  await page.getByText("Paused", { exact: true }).waitFor();
  release();
  await page.getByRole("button", { name: "Go on with trip.mp4" }).click();
  await page.getByText("1 file stored").waitFor();
  expect(asked.filter((method) => method === "POST")).toHaveLength(1);
  expect(await contentOf(admin, "films/trip.mp4")).toHaveLength(10_000_000);
});

suite.test("a version is restored and undone, and one is deleted", async (admin, { page }) => {
  await makeBucket(admin, "drafts", { versions: true });
  const plain = (content: string) => new Blob([content], { type: "text/plain" });
  await storeFile(admin, "drafts/plan.txt", plain("first"));
  const id = await storeFile(admin, "drafts/plan.txt", plain("second!"));
  await page.goto(at("drafts", `?file=${id}`));
  const versions = page.getByRole("region", { name: "Versions" });
  await versions.getByText("Current", { exact: true }).waitFor();
  await versions.getByRole("button", { name: "More about the version of 5 bytes" }).click();
  await page.getByRole("menuitem", { name: "Restore" }).click();
  await page.getByRole("dialog").getByText("first", { exact: true }).waitFor();
  expect(await contentOf(admin, "drafts/plan.txt")).toBe("first");
  await page.getByRole("button", { name: "Undo" }).first().click();
  await page.getByRole("dialog").getByText("second!", { exact: true }).waitFor();
  const first = versions.getByRole("listitem").filter({ hasText: "5 bytes" });
  await first.getByText("Current").waitFor({ state: "detached" });
  await first.getByRole("button").click();
  await page.getByRole("menuitem", { name: "Delete version" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete version" }).click();
  await page.getByText("The version is deleted").first().waitFor();
});

suite.test("a folder is downloaded as a zip; an address that may not be fetched is refused", async (admin, tab) => {
  const { page, allow } = tab;
  allow("422");
  await makeBucket(admin, "mixed");
  await storeFile(admin, "mixed/home/list.txt", new Blob(["milk"], { type: "text/plain" }));
  await page.goto(at("mixed"));
  await page.getByRole("link", { name: "home", exact: true }).waitFor();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "More about mixed" }).click();
  await page.getByRole("menuitem", { name: "Download as zip" }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe("mixed.zip");
  expect(
    await Bun.file((await saved.path())!)
      .slice(0, 2)
      .text(),
  ).toBe("PK");
  await page.getByRole("button", { name: "More about mixed" }).click();
  await page.getByRole("menuitem", { name: "Fetch from a URL (off in the settings)", disabled: true }).waitFor();
  await admin.send("/api/operator/buckets/mixed", { from_urls: true }, "PATCH");
  await page.reload();
  await page.getByRole("button", { name: "More about mixed" }).click();
  await page.getByRole("menuitem", { name: "Fetch from a URL" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Address").fill("http://127.0.0.1/private.txt");
  expect(await dialog.getByLabel("Path in the bucket").inputValue()).toBe("private.txt");
  await dialog.getByRole("button", { name: "Fetch" }).click();
  await dialog.getByText(/must not be an address of a private network/).waitFor();
});

suite.test("a preset is added with its picture, and deleted", async (admin, { page, allow }) => {
  allow("422");
  await makeBucket(admin, "photos");
  await storeFile(admin, "photos/dot.png", DOT);
  await page.goto(at("photos", "?presets=true"));
  const sheet = page.getByRole("dialog");
  await sheet.getByText("No presets yet").waitFor();
  await sheet.getByLabel("Name").fill("thumb");
  await sheet.getByLabel("Width, in pixels").fill("32");
  await sheet.getByLabel("What stays in sight").fill("nowhere");
  await sheet.getByRole("button", { name: "Add preset" }).click();
  await sheet.getByText(/must be one of/).waitFor();
  await sheet.getByLabel("What stays in sight").fill("top");
  await sheet.getByRole("button", { name: "Add preset" }).click();
  await sheet.getByRole("img", { name: "dot.png as thumb" }).waitFor();
  const presets = async () => (await admin.send("/api/operator/buckets/photos")).data.image_presets;
  expect(await presets()).toEqual({ thumb: { width: 32, position: "top" } });
  await sheet.getByRole("button", { name: "Delete the preset thumb" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete preset" }).click();
  await sheet.getByText("No presets yet").waitFor();
  expect(await presets()).toBeNull();
});
