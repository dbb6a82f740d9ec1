/** The tasks in PocketBase's admin. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBrowser } from "../../tests/pages/browser.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { pocketBase, preparePocketBase, signIn, startPocketBase } from "../peers/pocketbase.ts";
import { emailOf, PASSWORD } from "../rows.ts";
import * as data from "./data.ts";
import type { Hand, Locator, Page } from "./hand.ts";
import { fillPocketBase, type Headers } from "./pocketbase-data.ts";
import { type Attempt, type Product, requireSame, type TaskKey } from "./task.ts";

interface Row {
  readonly id: string;
  readonly title: string;
  readonly shelf: string;
}

interface Collection {
  readonly id: string;
  readonly fields: readonly { readonly name: string; readonly collectionId?: string; readonly maxSelect?: number }[];
}

/** What the tasks share. */
interface Place {
  readonly url: string;
  readonly admin: Headers;
  readonly ann: Headers;
}

export async function openPocketBase(): Promise<Product> {
  const missing = await preparePocketBase();
  if (missing !== undefined) throw new Error(`PocketBase: ${missing}`);
  const folder = mkdtempSync(join(tmpdir(), "plinth-tasks-"));
  const running = await startPocketBase({ folder, port: await freePort(), core: undefined, durability: "default" });
  const { url } = running;
  const { headers: admin } = await signIn(url, "_superusers", "admin");
  const place = { url, admin, ann: await fillPocketBase(url, admin) };
  const browser = await openBrowser();
  const context = await browser.newContext({ baseURL: url, locale: "en-US", viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto("/_/");
  await page.locator("#login_identity").fill(emailOf("admin"));
  await page.locator("input[type=password]").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.locator(".page-header").waitFor();
  return {
    name: pocketBase.name,
    page,
    tasks: { ...schemaTasks(place), ...itemTasks(place), ...accessTasks(place) },
    async openFirstPage() {
      await page.goto("about:blank");
      await page.goto("/_/");
      await page.locator(".page-header").waitFor();
      await page.locator("tbody tr.handle").first().waitFor();
    },
    async close() {
      await browser.close();
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function read<Answer>({ url }: Place, path: string, headers: Headers): Promise<Answer> {
  const answer = await fetch(url + path, { headers });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

const list = async (place: Place, headers: Headers = place.admin, search = ""): Promise<Row[]> =>
  (await read<{ items: Row[] }>(place, `/api/collections/books/records?perPage=1000&skipTotal=1${search}`, headers))
    .items;

const collection = (place: Place, name: string): Promise<Collection> =>
  read(place, `/api/collections/${name}`, place.admin);

const button = (page: Page, name: string | RegExp): Locator =>
  page.getByRole("button", { name, exact: typeof name === "string" });

/** The first page shows a collection; another one is a click away. */
async function showBooks(hand: Hand): Promise<void> {
  const { page } = hand;
  if ((await page.locator(".page-header .breadcrumbs").textContent())?.includes("books")) return;
  await hand.click("“books”", page.locator(".page-sidebar").getByText("books", { exact: true }).first());
  await page.locator(".page-header .breadcrumbs").getByText("books").waitFor();
}

async function openSettings(hand: Hand): Promise<void> {
  await showBooks(hand);
  await hand.click("the settings of the collection", hand.page.locator(".btn-collection-settings"));
  await button(hand.page, "Save changes").waitFor();
}

/** `asks`: what others depend on is confirmed. */
async function save(hand: Hand, asks: boolean): Promise<void> {
  const { page } = hand;
  const saved = page.waitForResponse(
    (answer) => answer.request().method() === "PATCH" && answer.url().includes("/api/collections/"),
  );
  await hand.click("“Save changes”", button(page, "Save changes"));
  if (asks) await hand.click("“Yes, save changes”", button(page, "Yes, save changes"));
  await saved;
  await button(page, "Save changes").waitFor({ state: "detached" });
}

/** The line of a field by its name. */
async function fieldRow(page: Page, name: string): Promise<Locator> {
  const rows = page.locator(".modal .header-fields");
  for (const row of await rows.all()) {
    if ((await row.getByPlaceholder("Field name*").inputValue()) === name) return row;
  }
  throw new Error(`there is no field ${name}`);
}

async function choose(hand: Hand, what: string, control: Locator, option: string): Promise<void> {
  await hand.click(what, control.locator(".selected-container"));
  await hand.click(`“${option}”`, control.locator(".select-option", { hasText: option }).first());
}

type Some<Key extends TaskKey> = Readonly<Record<Key, Attempt>>;

function schemaTasks(place: Place): Some<"import" | "rename" | "link"> {
  return {
    import: {
      tried:
        "“Import collections” takes schemas as JSON, not rows, and a collection has no import. The SQL console would take the rows if somebody wrote them as `insert` statements.",
      async confirm(page) {
        requireSame(await button(page, /import/i).count(), 0, "buttons to import rows");
      },
    },
    rename: {
      async run(hand) {
        await openSettings(hand);
        const row = await fieldRow(hand.page, "place");
        await hand.type("the name", row.getByPlaceholder("Field name*"), "location");
        await save(hand, true);
      },
      async check() {
        const [row] = await list(place, place.admin, '&filter=title="Book 3"');
        requireSame((row as unknown as { location?: string })?.location, data.books()[2]!.place, "the location");
      },
    },
    link: {
      async run(hand) {
        const { page } = hand;
        await openSettings(hand);
        await hand.click("“New field”", button(page, "New field"));
        await hand.click("“Relation”", page.locator(".field-types-dropdown").getByText("Relation", { exact: true }));
        const row = await fieldRow(page, "relation");
        await hand.type("the name", row.getByPlaceholder("Field name*"), "tags");
        await choose(hand, "“Select collection”", row.locator(".collections-select"), "tags");
        await choose(hand, "“Single”", row.locator(".single-multiple-select"), "Multiple");
        await save(hand, false);
      },
      async check() {
        const [books, tags] = [await collection(place, "books"), await collection(place, "tags")];
        const field = books.fields.find(({ name }) => name === "tags");
        requireSame([field?.collectionId, (field?.maxSelect ?? 0) > 1], [tags.id, true], "the field tags");
      },
    },
  };
}

function itemTasks(place: Place): Some<"find" | "change" | "undo" | "restore"> {
  const filter = `genre = "novel" && year > ${data.SINCE} && in_print = true`;
  const titles = data.found.map(({ title }) => title);
  return {
    find: {
      async run(hand) {
        const { page } = hand;
        await showBooks(hand);
        await hand.type("the conditions", page.locator(".searchbar [role=textbox]").first(), filter);
        await hand.press("Enter");
        await page.locator("tbody tr.handle").nth(titles.length).waitFor({ state: "detached" });
      },
      async check(page) {
        const texts = await page.locator("tbody tr.handle").allTextContents();
        const shown = texts.flatMap((text) => /Book \d+/.exec(text) ?? []);
        requireSame(data.sorted(shown), titles, "the books that are shown");
        const asked = await list(place, place.admin, `&filter=${encodeURIComponent(filter)}`);
        requireSame(data.sorted(asked.map(({ title }) => title)), titles, "the books that the API finds");
      },
    },
    // The list can only delete and export what is selected.
    change: {
      async run(hand) {
        const { page } = hand;
        await hand.click("“Settings”", page.locator('a[href="#/settings"]').first());
        await hand.click("“SQL console”", page.locator('a[href="#/settings/sql"]').first());
        const editor = page.locator(".sql-console-field [role=textbox]");
        await hand.type("the statement", editor, `update books set shelf = '${data.NEW_SHELF}'`);
        await hand.click("“Execute”", button(page, "Execute"));
        await hand.click("“Execute”", page.locator(".modal").getByRole("button", { name: "Execute" }));
        await page.getByText("Query executed successfully!").waitFor();
      },
      async check() {
        const shelves = (await list(place)).map(({ shelf }) => shelf);
        requireSame(shelves, Array(data.COUNT).fill(data.NEW_SHELF), "the shelves");
      },
    },
    undo: {
      tried:
        "There is no undo and no history of changes. Another statement cannot bring values back that it does not know.",
      async confirm(page) {
        requireSame(await page.getByText(/\bundo\b|\brevert\b/i).count(), 0, "ways to undo");
      },
    },
    restore: {
      tried: "Records have no versions. A backup restores the whole server, with everybody's changes since.",
    },
  };
}

/** Why Ann may not. */
const REASON = /only superusers/i;

/** Without the first half, strangers get all books without an owner. */
const RULE = '@request.auth.id != "" && owner = @request.auth.id';

function accessTasks(place: Place): Some<"own" | "view" | "refused"> {
  const own = data.booksOf("ann").map(({ title }) => title);
  const rule = async (hand: Hand, name: string): Promise<void> => {
    const field = hand.page.locator(".rule-field", { hasText: name }).first();
    await hand.click(`“Unlock” of ${name}`, field.locator(".unlock-overlay"));
    await hand.type(`the ${name}`, field.locator("[role=textbox]"), RULE);
  };
  return {
    own: {
      async run(hand) {
        await openSettings(hand);
        await hand.click("“API rules”", button(hand.page, /^API rules/i));
        await rule(hand, "List/Search rule");
        await rule(hand, "View rule");
        // Over HTTPS it asks once more whether rules are to change.
        await save(hand, false);
      },
      async check() {
        const titles = (await list(place, place.ann)).map(({ title }) => title);
        requireSame(data.sorted(titles), own, "the books that Ann gets");
        requireSame(await list(place, {}), [], "the books that a stranger gets");
      },
    },
    view: {
      tried:
        "“Impersonate” of a user makes a token for programs. The admin itself shows everything, always as the superuser.",
    },
    refused: {
      async before() {
        const [mine] = await list(place, place.ann);
        const path = `${place.url}/api/collections/books/records/${mine!.id}`;
        const headers = { ...place.ann, "content-type": "application/json" };
        const answer = await fetch(path, { method: "PATCH", headers, body: JSON.stringify({ title: "Mine" }) });
        requireSame(answer.status, 403, "the answer to Ann");
        // Its log is written every few seconds.
        const logs = `/api/logs?filter=${encodeURIComponent("data.status = 403")}`;
        const end = performance.now() + 30_000;
        while ((await read<{ items: object[] }>(place, logs, place.admin)).items.length === 0) {
          if (performance.now() > end) throw new Error("the request is not in the log of PocketBase");
          await Bun.sleep(200);
        }
      },
      async run(hand) {
        const { page } = hand;
        await hand.click("“Logs”", page.locator('a[href="#/logs"]').first());
        const row = page.locator("tbody tr.handle", { hasText: "PATCH /api/collections/books" }).first();
        await row.waitFor();
        // The list may say it already.
        if (REASON.test((await row.textContent()) ?? "")) return;
        await hand.click("the request", row);
        await page.locator(".log-error-label").waitFor();
      },
      async check(page) {
        await page.getByText(REASON).first().waitFor();
      },
    },
  };
}
