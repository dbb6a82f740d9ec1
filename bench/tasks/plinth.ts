/** The tasks in Plinth's admin. */
import { type AdminServer, openAdmin } from "../../tests/admin/harness.ts";
import * as data from "./data.ts";
import type { Hand, Locator, Page } from "./hand.ts";
import { type Author, fillPlinth } from "./plinth-data.ts";
import { type Attempt, type Product, requireSame, type TaskKey } from "./task.ts";

interface Item {
  readonly id: string;
  readonly title: string;
  readonly shelf: string;
  readonly place: string;
  readonly year: number;
}

/** What the tasks share. */
interface Place {
  readonly admin: AdminServer;
  readonly ann: Author;
  /** Of the API, as the operator. */
  list(slug: string, search?: string): Promise<Item[]>;
  /** The status of a request as somebody else. */
  as(token: string | undefined, path: string, init?: RequestInit): Promise<{ status: number; titles: string[] }>;
}

export async function openPlinth(): Promise<Product> {
  const admin = await openAdmin();
  const ann = await fillPlinth(admin);
  const { page, context, allow } = await admin.tab({ viewport: { width: 1440, height: 900 } });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  // A row that is refused, and a request that is, are what the tasks are about.
  allow("403", "422");
  const place: Place = {
    admin,
    ann,
    list: async (slug, search = "limit=1000") =>
      (await admin.send<{ data: Item[] }>(`/api/items/${slug}?${search}`)).data,
    async as(token, path, init = {}) {
      const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
      const answer = await fetch(admin.baseUrl + path, { ...init, headers });
      const { data: items } = (await answer.json()) as { data?: Item[] };
      return { status: answer.status, titles: Array.isArray(items) ? items.map(({ title }) => title) : [] };
    },
  };
  // The admin opens with the list that was shown last.
  await page.goto("/admin/t/default/collections/books/items");
  await shown(page).first().waitFor();
  return {
    name: "Plinth",
    page,
    tasks: tasks(place),
    async openFirstPage() {
      await page.goto("about:blank");
      await page.goto("/admin");
      await link(page, "books").waitFor();
      await page.getByRole("main").getByRole("heading", { level: 1 }).waitFor();
    },
    close: () => admin.close(),
  };
}

/** In the side bar. */
const link = (page: Page, name: string): Locator =>
  page.getByRole("navigation", { name: "Plinth" }).getByRole("link", { name, exact: true });

const button = (page: Page, name: string | RegExp): Locator =>
  page.getByRole("button", { name, exact: typeof name === "string" });

const visit = (hand: Hand, name: string): Promise<void> => hand.click(`“${name}”`, link(hand.page, name));

/** Of the list of books. */
const search = (page: Page): Locator => page.getByRole("combobox", { name: "Search by title" });

/** The titles in the list of books. */
const shown = (page: Page): Locator => page.getByRole("grid").getByRole("gridcell", { name: /^Book \d+$/ });

/** The first page shows a collection; another one is a click away. */
async function showBooks(hand: Hand): Promise<void> {
  const { page } = hand;
  if ((await page.getByRole("main").getByRole("heading", { level: 1 }).textContent()) === "books") return;
  await visit(hand, "books");
}

/** A button of the page, by its name. */
const push = (hand: Hand, name: string): Promise<void> => hand.click(`“${name}”`, button(hand.page, name));

async function choose(hand: Hand, what: string, control: Locator, option: string): Promise<void> {
  await hand.click(what, control);
  await hand.click(`“${option}”`, hand.page.getByRole("option", { name: option, exact: true }));
}

function tasks(place: Place): Readonly<Record<TaskKey, Attempt>> {
  return { ...schemaTasks(place), ...itemTasks(place), ...accessTasks(place) };
}

type Some<Key extends TaskKey> = Readonly<Record<Key, Attempt>>;

function schemaTasks({ admin, list }: Place): Some<"import" | "rename" | "link"> {
  const fieldsOf = async (slug: string): Promise<string[]> => {
    const answer = await admin.send<{ data: { fields: { name: string }[] } }>(`/api/collections/${slug}`);
    return answer.data.fields.map(({ name }) => name);
  };
  return {
    import: {
      async run(hand) {
        const { page } = hand;
        await visit(hand, "Collections");
        await hand.click("“From a file”", page.getByRole("main").getByRole("link", { name: "From a file" }));
        await hand.chooseFile(page.locator("input[type=file]"), data.filmFile);
        await choose(hand, "the type of Year", page.getByRole("combobox", { name: "Type of Year" }), "Whole number");
        await push(hand, "Create and import 40 rows");
        await page.getByText("3 rows were refused").waitFor();
        for (const [i, year] of data.mendedYears.entries()) {
          await hand.type("the year", page.getByRole("textbox", { name: "Year" }).nth(i), year);
        }
        await push(hand, "Send these 3 rows again");
        await page.getByText("40 rows added").waitFor();
      },
      async check() {
        const years = (await list("films")).map(({ year }) => year).toSorted((a, b) => a - b);
        requireSame(years, data.filmYears, "the years of the films");
      },
    },
    rename: {
      tried: "The name of a field that exists cannot be changed; the form of the field says why.",
      async confirm(page) {
        await page.goto("/admin/t/default/collections/books?field=place");
        await page.getByRole("dialog").getByText("A field keeps its name").waitFor();
      },
    },
    link: {
      async run(hand) {
        const { page } = hand;
        const sheet = page.getByRole("dialog");
        await showBooks(hand);
        await hand.click("“Schema”", page.getByRole("link", { name: "Schema" }));
        await hand.click("“Add field”", button(page, "Add field").first());
        await hand.click("“List of items”", button(page, /^List of items/));
        await choose(hand, "“Items of”", sheet.getByRole("button", { name: "Items of" }), "tags");
        await hand.click("“Add and apply”", sheet.getByRole("button", { name: "Add and apply" }));
        await page.getByText("The changes are applied.").waitFor();
      },
      async check() {
        requireSame(await fieldsOf("books_tags"), ["books", "tags"], "the fields of the junction");
        if (!(await fieldsOf("tags")).includes("books")) throw new Error("tags has no list of books");
      },
    },
  };
}

function itemTasks({ admin, list }: Place): Some<"find" | "change" | "undo" | "restore"> {
  const shelves = async (): Promise<(readonly [string, string])[]> =>
    (await list("books"))
      .map(({ title, shelf }) => [title, shelf] as const)
      .toSorted(([a], [b]) => Number(a.slice(5)) - Number(b.slice(5)));
  const titles = data.found.map(({ title }) => title);
  const filter = { genre: "novel", year: { _gt: data.SINCE }, in_print: true };
  const restored = async (): Promise<Item> =>
    (await list("books", `filter=${encodeURIComponent(JSON.stringify({ title: data.RESTORED.title }))}`))[0]!;
  return {
    find: {
      async run(hand) {
        const { page } = hand;
        await showBooks(hand);
        await hand.type("the conditions", search(page), `genre = novel and year > ${data.SINCE} and in_print = true`);
        await shown(page).nth(titles.length).waitFor({ state: "detached" });
        await shown(page).first().waitFor();
      },
      async check(page) {
        requireSame(data.sorted(await shown(page).allTextContents()), titles, "the books that are shown");
        const asked = await list("books", `filter=${encodeURIComponent(JSON.stringify(filter))}&limit=100`);
        requireSame(data.sorted(asked.map(({ title }) => title)), titles, "the books that the API finds");
      },
    },
    change: {
      async run(hand) {
        const { page } = hand;
        await showBooks(hand);
        await hand.click("“Column shelf”", button(page, "Column shelf"));
        const menu = page.getByRole("dialog", { name: "Column shelf" });
        await hand.type("the value", menu.getByLabel("New value in all items"), data.NEW_SHELF);
        await hand.click("“Change 500 items”", menu.getByRole("button", { name: "Change 500 items" }));
        await page.getByText("500 items changed").waitFor();
      },
      async check() {
        const changed = data.books().map(({ title }) => [title, data.NEW_SHELF]);
        requireSame(await shelves(), changed, "the shelves");
      },
    },
    undo: {
      from: "task before",
      async run(hand) {
        await push(hand, "Undo");
        await hand.page.getByText("Undone").waitFor();
      },
      async check() {
        const before = data.books().map(({ title, shelf }) => [title, shelf]);
        requireSame(await shelves(), before, "the shelves");
      },
    },
    restore: {
      async before() {
        const { id } = await restored();
        await admin.send(`/api/items/books/${id}`, { place: data.RESTORED.changedPlace }, "PATCH");
      },
      async run(hand) {
        const { page } = hand;
        await showBooks(hand);
        await hand.type("the title", search(page), data.RESTORED.title);
        await shown(page).nth(1).waitFor({ state: "detached" });
        await hand.click("“Open”", page.getByRole("grid").getByRole("link", { name: "Open" }).first());
        await hand.click("“History”", page.getByRole("tab", { name: "History" }));
        await hand.click("“Restore this version”", button(page, "Restore this version").first());
        await hand.click("“Restore”", page.getByRole("dialog").getByRole("button", { name: "Restore" }));
        await page.getByText("Restored", { exact: true }).waitFor();
      },
      async check() {
        requireSame((await restored()).place, data.RESTORED.place, "the place of the book");
      },
    },
  };
}

function accessTasks({ admin, ann, as }: Place): Some<"own" | "view" | "refused"> {
  const own = data.booksOf("ann").map(({ title }) => title);
  const change = { method: "PATCH", body: JSON.stringify({ title: "Mine" }) };
  return {
    own: {
      async run(hand) {
        const { page } = hand;
        const sheet = page.getByRole("dialog");
        await showBooks(hand);
        await hand.click("“Access”", page.getByRole("link", { name: "Access" }));
        await hand.click("“authenticated: Read”", button(page, "authenticated: Read: Closed"));
        await hand.click("“Only their own items”", sheet.getByRole("radio", { name: /^Only their own items/ }));
        await push(hand, "Save rule");
        await sheet.getByText("Allows").waitFor();
      },
      async check() {
        const { titles } = await as(ann.token, "/api/items/books?limit=1000");
        requireSame(data.sorted(titles), own, "the books that Ann gets");
        requireSame((await as(undefined, "/api/items/books")).status, 401, "the answer to a stranger");
      },
    },
    view: {
      // Where the task with the rule has not been done.
      async before() {
        const { status } = await as(ann.token, "/api/items/books");
        const condition = { owner_id: "$user.id" };
        const rule = { role: "authenticated", collection: "books", action: "read", condition };
        if (status !== 200) await admin.send("/api/permissions", rule);
      },
      async run(hand) {
        const { page } = hand;
        await showBooks(hand);
        await hand.press("Control+K");
        await hand.type("the user", page.getByRole("dialog").getByRole("combobox", { name: "Search" }), "ann");
        await hand.click("“View as ann”", page.getByRole("option", { name: /^View as ann@/ }));
        await page.getByText("You see as").waitFor();
        await shown(page).nth(own.length).waitFor({ state: "detached" });
        await shown(page).first().waitFor();
      },
      async check(page) {
        requireSame(data.sorted(await shown(page).allTextContents()), own, "the books that are shown");
      },
    },
    refused: {
      async before() {
        const { data: books } = await admin.send<{ data: Item[] }>("/api/items/books?sort=year&limit=1000");
        const mine = books.find(({ title }) => title === own[0])!;
        requireSame((await as(ann.token, `/api/items/books/${mine.id}`, change)).status, 403, "the answer to Ann");
      },
      async run(hand) {
        const { page } = hand;
        await visit(hand, "Refused requests");
        await page.getByText("No rule lets you update books.").waitFor();
      },
      async check() {
        const { data: refused } = await admin.send<{ data: { method: string; code: string }[] }>("/api/refusals");
        requireSame([refused[0]?.method, refused[0]?.code], ["PATCH", "FORBIDDEN"], "the refused request");
      },
    },
  };
}
