import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { type AdminServer, withAdmin } from "./harness.ts";

/** To see as somebody else, and to find out why a request was refused. */

const suite = await withAdmin();

interface Author {
  readonly id: string;
  readonly email: string;
  /** Sends a request as this user. */
  send(path: string, body: object, method?: string): Promise<Response>;
}

async function signUp({ baseUrl }: AdminServer, name: string): Promise<Author> {
  const email = `${name}@example.com`;
  const post = (path: string, body: object, headers: Record<string, string> = {}, method = "POST") =>
    fetch(baseUrl + path, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const answer = await post("/api/auth/sign-up/email", { name, email, password: "correct horse battery" });
  const { token, user } = (await answer.json()) as { token: string; user: { id: string } };
  return {
    id: user.id,
    email,
    send: (path, body, method) => post(path, body, { authorization: `Bearer ${token}` }, method),
  };
}

/** Users may write stories, and read their own, but not the remarks in them. */
async function stories(admin: AdminServer, slug: string): Promise<readonly [Author, Author]> {
  await admin.send("/api/operator/collections", {
    slug,
    fields: [
      { name: "title", type: "text", required: true },
      { name: "remarks", type: "text" },
    ],
  });
  const rule = { role: "authenticated", collection: slug };
  await admin.send("/api/operator/permissions", { ...rule, action: "create" });
  await admin.send("/api/operator/permissions", {
    ...rule,
    action: "read",
    condition: { owner_id: "$user.id" },
    fields: ["id", "title", "owner_id"],
  });
  const ann = await signUp(admin, `ann-${slug}`);
  const ben = await signUp(admin, `ben-${slug}`);
  for (const [author, title] of [
    [ann, "By Ann"],
    [ben, "By Ben"],
  ] as const)
    expect((await author.send(`/api/items/${slug}`, { title, remarks: "private" })).status).toBe(201);
  return [ann, ben];
}

const titles = (page: Page) => page.getByRole("grid").getByRole("gridcell", { name: /^By / }).allTextContents();

suite.test("an author's own rows are seen as the author, and nothing can be changed", async (admin, { page }) => {
  const [ann] = await stories(admin, "stories");
  await page.goto("/admin/t/default/collections/stories/items?sort=title");
  await page.getByRole("gridcell", { name: "By Ben" }).waitFor();
  expect(await titles(page)).toEqual(["By Ann", "By Ben"]);

  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("combobox").fill("view as ann-stories");
  await page.getByRole("option", { name: `View as ${ann.email}` }).click();
  const bar = page.getByRole("region", { name: "View as" });
  await bar.getByText(`You see as ${ann.email}`).waitFor();
  await page.getByRole("gridcell", { name: "By Ben" }).waitFor({ state: "detached" });
  await page.getByRole("gridcell", { name: "By Ann" }).waitFor();
  expect(await titles(page)).toEqual(["By Ann"]);
  expect(await page.getByText("remarks", { exact: true }).count()).toBe(0);
  expect(await page.getByRole("button", { name: "New item" }).isDisabled()).toBe(true);
  await page.getByRole("grid").focus();
  await page.keyboard.press("Enter");
  await page.getByText("While you see as somebody else, nothing can be changed.").waitFor();
  expect(await page.getByRole("grid").getByRole("textbox").count()).toBe(0);

  await page.getByRole("link", { name: "Open", exact: true }).click();
  await page.getByRole("heading", { name: "By Ann", level: 1 }).waitFor();
  expect(page.url()).toContain("as=user");
  await page.getByText(/^Hidden from them: remarks/).waitFor();
  expect(await page.getByRole("button", { name: "Save" }).count()).toBe(0);

  await bar.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("button", { name: "Save" }).waitFor();
  await page.getByLabel("remarks").waitFor();
  expect(new URL(page.url()).searchParams.has("as")).toBe(false);
});

suite.test("from a refused request to the rule that refused it", async (admin, { page, allow }) => {
  allow("403", "401");
  const [, ben] = await stories(admin, "essays");
  await admin.send("/api/operator/permissions", {
    role: "authenticated",
    collection: "essays",
    action: "update",
    condition: { owner_id: "$user.id" },
  });
  const [first] = (await admin.send<{ data: { id: string }[] }>("/api/operator/items/essays?sort=title")).data;
  const refused = await ben.send(`/api/items/essays/${first!.id}`, { title: "Mine" }, "PATCH");
  const { error } = (await refused.json()) as { error: { request_id: string } };
  await page.goto(`/admin/t/default/refusals?request=${error.request_id}`);
  await page.getByText(/^owner_id must be \$user\.id/).waitFor();
  await page.getByRole("link", { name: "Try it with other values" }).click();
  await page.getByRole("heading", { name: "Simulate", level: 1 }).waitFor();
  await page.getByText("Refused", { exact: true }).waitFor();
  await page.getByText(ben.email).waitFor();
  await page.getByText(/^owner_id must be \$user\.id/).waitFor();
  await page.getByRole("link", { name: "Open rule" }).first().click();
  await page.getByRole("heading", { name: "essays: Change" }).waitFor();

  await page.goto("/admin/t/default/collections/essays/items?as=anonymous");
  await page.getByText("They may not see this").or(page.getByText("They see no items")).waitFor();
  await page.getByRole("link", { name: "Why?" }).click();
  await page.getByText("No rule lets public read essays.").waitFor();
});

suite.test("seeing as somebody begins in a collection that they may read", async (admin, { page }) => {
  for (const slug of ["aaa_closed", "aab_shelf"])
    await admin.send("/api/operator/collections", {
      slug,
      fields: [{ name: "title", type: "text" }],
    });
  await admin.send("/api/operator/roles", { name: "visitor" });
  await admin.send("/api/operator/permissions", { role: "visitor", collection: "aab_shelf", action: "read" });
  await admin.send("/api/operator/items/aab_shelf", { title: "By the door" });
  await page.goto("/admin/t/default/users");
  await page.getByRole("heading", { name: "Users", level: 1 }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("combobox").fill("view as a user with the role visitor");
  await page.getByRole("option", { name: "View as a user with the role visitor" }).click();
  await page.getByRole("gridcell", { name: "By the door" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/admin/t/default/collections/aab_shelf/items");
});

suite.test("fields that somebody may not read are offered nowhere, and are named", async (admin, { page }) => {
  await admin.send("/api/operator/collections", {
    slug: "payroll",
    fields: [
      { name: "title", type: "text" },
      { name: "state", type: "enum", values: ["open", "paid"] },
      { name: "salary", type: "integer" },
      { name: "paid_on", type: "date" },
    ],
  });
  await admin.send("/api/operator/items/payroll", { title: "Ann", state: "open", salary: 10 });
  const rule = { role: "public", collection: "payroll", action: "read", fields: ["title"] };
  await admin.send("/api/operator/permissions", rule);
  await page.goto("/admin/t/default/collections/payroll/items?as=anonymous");
  await page.getByRole("gridcell", { name: "Ann" }).waitFor();
  await page.getByText(/Hidden from them: state, salary, paid_on/).waitFor();
  expect(await page.getByRole("grid").getByRole("columnheader", { name: "salary" }).count()).toBe(0);
  // A board and a calendar need a field that is hidden.
  await page.getByRole("button", { name: "Group", exact: true }).click();
  await page.getByRole("combobox", { name: "Group by" }).click();
  expect(await page.getByRole("option", { name: /state|salary|paid_on/ }).count()).toBe(0);
});
