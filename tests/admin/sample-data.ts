import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { FillSample, SampleApi, SampleNames } from "../../apps/admin/src/app/sample-data.ts";
import { ROOT } from "../matrix/programs.ts";
import type { AdminServer } from "./harness.ts";

/** A workspace in which every page has something to show: a small bookshop. */

const AUTHORS = ["Ursula K. Le Guin", "Stanisław Lem", "Octavia E. Butler", "Jorge Luis Borges", "Clarice Lispector"];
const TITLES = ["Atlas", "Harbour", "Lantern", "Meridian", "Orchard", "Paper moon", "Quarry", "Tidewater"];
const PASSWORD = "correct horse battery";
const GENRES = ["novel", "essay", "poetry"];

export async function fillSample({ send, baseUrl }: AdminServer): Promise<SampleNames> {
  const api: SampleApi = (path, body, method) => send(`/api/operator${path}`, body, method);
  await api("/collections", {
    slug: "authors",
    note: "Who writes what we sell",
    fields: [
      { name: "name", type: "text", required: true, unique: true },
      { name: "born", type: "date" },
      { name: "links", type: "json" },
    ],
  });
  await api("/collections", {
    slug: "books",
    default_sort: "title",
    fields: [
      { name: "title", type: "text", required: true },
      { name: "author", type: "relation", to: "authors", on_delete: "restrict" },
      { name: "genre", type: "enum", values: GENRES, default: "novel" },
      { name: "price", type: "decimal", precision: 8, scale: 2, min: "0" },
      { name: "pages", type: "integer" },
      { name: "published", type: "date", indexed: true },
      { name: "in_print", type: "boolean", default: true },
      { name: "about", type: "text" },
    ],
  });
  await api("/collections", { slug: "events", kind: "document" });
  const authors = await api<{ data: { id: string }[] }>(
    "/items/authors",
    AUTHORS.map((name, i) => ({
      name,
      born: `19${20 + 7 * i}-03-0${i + 1}`,
      links: { home: `https://example.com/${i}` },
    })),
  );
  const books = Array.from({ length: 120 }, (_, i) => ({
    title: `${TITLES[i % TITLES.length]} ${1 + Math.floor(i / TITLES.length)}`,
    author: authors.data[i % authors.data.length]!.id,
    genre: GENRES[i % GENRES.length],
    price: `${5 + (i % 40)}.90`,
    pages: 90 + 7 * i,
    published: `${1960 + (i % 60)}-0${1 + (i % 9)}-15`,
    in_print: i % 5 !== 0,
    ...(i % 3 === 0 && { about: "A book about the sea, and about those who wait for it to come back to the harbour." }),
  }));
  const made = await api<{ data: { id: string }[] }>("/items/books", books);
  await api("/items/events", [
    { kind: "sale", at: { shop: "Lisbon", till: 3 }, tags: ["card"] },
    { kind: "return", at: { shop: "Porto", till: 1 } },
  ]);
  const item = made.data[0]!.id;
  await api(`/items/books/${item}`, { price: "12.50" }, "PATCH");
  const requests = await api<{ data: { request_id: string }[] }>("/changes/requests?limit=1");
  await api("/permissions", [
    { role: "public", collection: "books", action: "read", condition: { in_print: true } },
    { role: "authenticated", collection: "books", action: "read", condition: {} },
    { role: "authenticated", collection: "authors", action: "read", condition: {} },
  ]);
  // A stranger is refused.
  await fetch(`${baseUrl}/api/items/authors`);
  const user = await makeUsers(send);
  const key = await api<{ data: { id: string } }>("/keys", { kind: "publishable", name: "Shop window" });
  await api("/keys", { kind: "secret", name: "Nightly import" });
  await api("/invitations", { email: "grace@example.com", roles: [] });
  await api("/workspaces", { slug: "branch", name: "The branch in Porto" });
  await api("/member-invitations", { email: "katherine@example.com", role: "developer" });
  await api("/operators", { email: "barbara@example.com", name: "Barbara", password: PASSWORD, role: "member" });
  const names = { collection: "books", item, request: requests.data[0]!.request_id, user, key: key.data.id };
  return { ...names, ...(await fillPages(api, names)) };
}

const PAGES = join(ROOT, "apps/admin/src/pages");

/** What the pages show of their own: `fillSample` of the `sample-data.ts` in a page's folder. */
async function fillPages(api: SampleApi, names: SampleNames): Promise<SampleNames> {
  const folders = readdirSync(PAGES)
    .filter((folder) => existsSync(join(PAGES, folder, "sample-data.ts")))
    .sort();
  const own: SampleNames[] = [];
  for (const folder of folders) {
    const { fillSample } = (await import(join(PAGES, folder, "sample-data.ts"))) as { fillSample: FillSample };
    own.push(await fillSample(api, names));
  }
  return Object.assign({}, ...own);
}

/** Two people who have signed up by themselves. */
async function makeUsers(send: AdminServer["send"]): Promise<string> {
  const ids: string[] = [];
  for (const name of ["Mary", "Alan"]) {
    const account = { name, email: `${name.toLowerCase()}@example.com`, password: PASSWORD };
    const answer = await send<{ user: { id: string } }>("/api/auth/sign-up/email", account);
    ids.push(answer.user.id);
  }
  return ids[0]!;
}
