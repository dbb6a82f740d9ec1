import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { requireAccessible } from "../pages/browser.ts";
import { type AdminServer, type AdminTab, withAdmin } from "./harness.ts";
import { goTo, settled } from "./samples.ts";

/**
 * What members are led to: no link of a page that they may open ends at a page that they may not, or at a refused request. And what
 * is shown of a workspace that cannot be opened.
 */

const suite = await withAdmin();

const MEMBER = { name: "Rita", email: "rita@example.com", password: "correct horse battery" };

/** Something behind the links of each page that is not for administrators alone. */
async function fill({ send }: AdminServer): Promise<void> {
  await send("/api/collections", { slug: "authors", fields: [{ name: "name", type: "text", unique: true }] });
  await send("/api/collections", {
    slug: "books",
    fields: [
      { name: "title", type: "text" },
      { name: "author", type: "relation", to: "authors" },
      { name: "genre", type: "enum", values: ["novel", "essay"] },
    ],
  });
  const author = await send<{ data: { id: string } }>("/api/items/authors", { name: "Lem" });
  const book = await send<{ data: { id: string } }>("/api/items/books", { title: "Solaris", author: author.data.id });
  await send(`/api/items/books/${book.data.id}`, { genre: "novel" }, "PATCH");
  await send("/api/permissions", { role: "authenticated", collection: "books", action: "read" });
  await send("/api/buckets", { name: "pictures" });
}

/** An operator of this workspace alone; returns what gives it another role. */
async function signInAsMember(admin: AdminServer, { context }: AdminTab): Promise<(role: string) => Promise<unknown>> {
  const { email, password } = MEMBER;
  const { data } = await admin.send<{ data: { id: string } }>("/api/operator/operators", {
    ...MEMBER,
    role: "member",
    email_verified: true,
  });
  const invitation = await admin.send<{ data: { token: string } }>("/api/operator/member-invitations", {
    email,
    role: "viewer",
  });
  for (const [path, body] of [
    ["/api/operator/auth/sign-in/email", { email, password }],
    ["/api/operator/invitations/accept", { invitation: invitation.data.token }],
  ] as const) {
    const answer = await context.request.post(path, { data: body, headers: { origin: admin.baseUrl } });
    expect([path, answer.status()]).toEqual([path, 200]);
  }
  return (role) => admin.send(`/api/operator/members/${data.id}`, { role }, "PATCH");
}

const HOME = "/admin/t/default";

const LINKS = `[...document.querySelectorAll("a[href]")]
  .map(({ href }) => new URL(href))
  .filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("${HOME}"))
  .map(({ pathname, search }) => pathname + search)`;

/** One address of each kind is enough: another item has the page of the first. */
function kindOf(address: string): string {
  const { pathname, searchParams } = new URL(address, "http://localhost");
  const kind = pathname
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ":id")
    .replace(/(?<=\/collections\/)(?!new$)[^/]+/, ":collection")
    .replace(/(?<=\/files\/)[^/]+/, ":bucket");
  return [kind, searchParams.get("tab") ?? ""].join(" ");
}

/** Follows every link within the admin; returns the kinds of pages that were reached. */
async function walk(page: Page): Promise<string[]> {
  const refused: string[] = [];
  page.on("response", (answer) => {
    if (answer.status() === 403) refused.push(`${new URL(page.url()).pathname} asks ${new URL(answer.url()).pathname}`);
  });
  await page.goto(HOME);
  const left: { readonly from: string; readonly to: string }[] = [{ from: "", to: HOME }];
  const reached = new Map<string, string>();
  for (let at = left.shift(); at; at = left.shift()) {
    const { from, to } = at;
    if (reached.has(kindOf(to))) continue;
    reached.set(kindOf(to), to);
    await goTo(page, to);
    await page.locator("main h1, main h2").first().waitFor();
    await settled(page);
    if ((await page.getByRole("heading", { name: "You may not see this page" }).count()) > 0)
      refused.push(`${from} leads to ${to}`);
    const links = (await page.evaluate(LINKS)) as string[];
    left.push(...links.map((link) => ({ from: to, to: link })));
  }
  expect(refused).toEqual([]);
  return [...reached.keys()];
}

let member: Promise<(role: string) => Promise<unknown>> | undefined;

for (const [role, least, never] of [
  ["viewer", ["collections/:collection/items", "members", "exposure"], ["collections/:collection", "collections/new"]],
  ["editor", ["collections/:collection/items/:id", "refusals"], ["collections", "keys"]],
  ["developer", ["collections/:collection", "changes/:id", "files/:bucket", "rules"], ["keys", "users"]],
] as const) {
  suite.test(
    `no link leads a member with the role ${role} to what is refused`,
    async (admin, tab) => {
      member ??= fill(admin).then(() => signInAsMember(admin, tab));
      await (await member)(role);
      const reached = (await walk(tab.page)).map((kind) => kind.trim().slice(`${HOME}/`.length));
      for (const path of least) expect(reached).toContain(path);
      for (const path of never) expect(reached).not.toContain(path);
    },
    { keep: true, signedOut: true },
  );
}

suite.test(
  "an archived workspace is opened again from its own address, and a deleted one restored",
  async (admin, tab) => {
    const { page } = tab;
    tab.allow("403", "404");
    await admin.send("/api/operator/workspaces", { slug: "shop", name: "The shop" });
    await admin.send("/api/operator/workspaces/shop/archive", {});
    await page.goto("/admin/t/shop/collections");
    await page.getByRole("heading", { name: "The shop is archived" }).waitFor();
    await requireAccessible(page, "archived");
    await page.getByRole("button", { name: "Open it again" }).click();
    await page.getByRole("heading", { name: "Collections", level: 1 }).waitFor();
    await admin.send("/api/operator/workspaces/shop?confirm=shop", undefined, "DELETE");
    await page.reload();
    await page.getByRole("heading", { name: "The shop is deleted" }).waitFor();
    await page.getByText(/Its data are there until/).waitFor();
    await page.getByRole("button", { name: "Restore" }).click();
    await page.getByRole("heading", { name: "Collections", level: 1 }).waitFor();
  },
);

suite.test("an unknown workspace leads to those that are there", async (_, tab) => {
  const { page } = tab;
  tab.allow("404");
  await page.goto("/admin/t/never");
  await page.getByRole("heading", { name: "There is no such workspace" }).waitFor();
  await page.getByRole("link", { name: "See all workspaces" }).click();
  await page.getByRole("heading", { name: "Workspaces", level: 1 }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/admin/t/default/workspaces");
});
