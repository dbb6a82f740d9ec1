import { expect } from "bun:test";
import { requireAccessible } from "../pages/browser.ts";
import { withAdmin } from "./harness.ts";

/** Exposure and refused requests in the admin. */

const suite = await withAdmin();

suite.test("a rule that is too open is seen, deleted, and then refuses", async (admin, { page }) => {
  const notes = `${admin.baseUrl}/api/items/notes`;
  await admin.send("/api/operator/collections", { slug: "notes", fields: [{ name: "title", type: "text" }] });
  await admin.send("/api/operator/permissions", { role: "public", collection: "notes", action: "create" });
  expect((await fetch(notes, post({ title: "by a stranger" }))).status).toBe(201);
  await page.goto("/admin/t/default/exposure");
  const own = { has: page.getByRole("link", { name: "notes", exact: true }) };
  const card = page.getByRole("main").locator("section").filter(own).first();
  await card.getByText("Open", { exact: true }).waitFor();
  await card.getByRole("button", { name: "Delete rule" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete rule" }).click();
  await page.getByText("The rule is deleted").waitFor();
  await card.getByText("Open", { exact: true }).waitFor({ state: "detached" });
  const refused = await fetch(notes, post({ title: "again" }));
  const { error } = (await refused.json()) as { error: { request_id: string } };
  expect(refused.status).toBe(401);
  await page.goto("/admin/t/default/refusals");
  await page.getByText("/api/items/notes").first().waitFor();
  await page.getByRole("textbox").or(page.getByRole("searchbox")).first().fill(error.request_id);
  await page.getByText("No rule lets public create notes.").waitFor();
  expect(page.url()).toContain(error.request_id);
});

suite.test("what strangers can become is said where strangers are looked at", async (admin, { page }) => {
  await admin.send("/api/operator/auth-settings", { sign_up: { mode: "open" } }, "PATCH");
  await page.goto("/admin/t/default/exposure");
  const warning = page.getByText("A stranger becomes a signed-in user in one request");
  await warning.waitFor();
  await page.getByRole("combobox", { name: "Whose rights" }).click();
  await page.getByRole("option", { name: "Every signed-in user" }).click();
  await warning.waitFor({ state: "detached" });
  await page.getByText("Everybody may sign up.").waitFor();
});

suite.test("a rule is made for some fields, changed and deleted", async (admin, { page }) => {
  await admin.send("/api/operator/collections", { slug: "drafts", fields: [{ name: "title", type: "text" }] });
  const rules = async () => (await admin.send<{ data: object[] }>("/api/operator/permissions?collection=drafts")).data;
  await page.goto("/admin/t/default/rules?role=authenticated");
  await page.getByRole("button", { name: "drafts: Read: Closed" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("radio", { name: /^Another condition/ }).click();
  // A condition is there to be filled in: saved as it is, the rule would be for every item.
  await sheet.getByRole("switch", { name: "Only some items", checked: true }).waitFor();
  await sheet.getByRole("button", { name: "Remove the condition" }).waitFor();
  expect(await sheet.getByRole("button", { name: "Save rule" }).isDisabled()).toBe(true);
  await requireAccessible(page, "a rule with an empty condition");
  await sheet.getByRole("switch", { name: "Only some items" }).click();
  await sheet.getByRole("button", { name: "Add field" }).click();
  await page.getByRole("option", { name: "title" }).click();
  await page.keyboard.press("Escape");
  await sheet.getByRole("button", { name: "Save rule" }).click();
  await sheet.getByText("Only the fields title").waitFor();
  expect(await rules()).toMatchObject([
    { role: "authenticated", action: "read", effect: "allow", condition: null, fields: ["title"] },
  ]);
  await sheet.getByRole("button", { name: "Edit" }).click();
  await sheet.getByRole("radio", { name: "Deny" }).click();
  await sheet.getByRole("button", { name: "Save rule" }).click();
  await sheet.getByText("Denies").waitFor();
  expect(await rules()).toMatchObject([{ effect: "deny", fields: ["title"] }]);
  await sheet.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete rule" }).click();
  await sheet.getByText("No rule: this is closed for the role authenticated.").waitFor();
  expect(await rules()).toEqual([]);
});

suite.test("all fields but one are shown, and a relation to a closed collection is named", async (admin, { page }) => {
  await admin.send("/api/operator/collections", { slug: "buyers", fields: [{ name: "name", type: "text" }] });
  await admin.send("/api/operator/collections", {
    slug: "orders",
    fields: [
      { name: "number", type: "text" },
      { name: "amount", type: "decimal" },
      { name: "buyer", type: "relation", to: "buyers" },
    ],
  });
  await admin.send("/api/operator/roles", { name: "staff" });
  await page.goto("/admin/t/default/rules?role=staff&collection=orders&action=read");
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("radio", { name: /^Every item, but not all fields/ }).click();
  const closed = sheet.getByText("buyers is closed for staff: only ids will be shown.");
  await closed.waitFor();
  expect(await sheet.getByRole("checkbox", { checked: false }).count()).toBe(0);
  await sheet.getByRole("checkbox", { name: "buyer", exact: true }).click();
  await closed.waitFor({ state: "detached" });
  await sheet.getByRole("checkbox", { name: "buyer", exact: true }).click();
  await sheet.getByRole("checkbox", { name: "amount" }).click();
  await closed.waitFor();
  await requireAccessible(page, "fields that are ticked");
  await sheet.getByRole("button", { name: "Save rule" }).click();
  await sheet.getByText("Allows").waitFor();
  const { data } = await admin.send<{ data: { fields: string[] }[] }>("/api/operator/permissions?collection=orders");
  expect(data).toHaveLength(1);
  expect(data[0]!.fields).toEqual(expect.arrayContaining(["id", "number", "buyer", "created_at"]));
  expect(data[0]!.fields).not.toContain("amount");
  await sheet.getByRole("button", { name: "Edit" }).click();
  await sheet.getByRole("link", { name: "Open the rules of buyers" }).click();
  await sheet.getByText("No rule: this is closed for the role staff.").waitFor();
});

suite.test(
  "who looks at a collection finds its access, and lets users read what is theirs",
  async (admin, { page }) => {
    await admin.send("/api/operator/collections", {
      slug: "poems",
      fields: [
        { name: "title", type: "text" },
        { name: "editor", type: "relation", to: "users" },
      ],
    });
    const rules = async () => (await admin.send<{ data: object[] }>("/api/operator/permissions?collection=poems")).data;
    await page.goto("/admin/t/default/collections/poems/items");
    await page.getByRole("link", { name: "Access" }).click();
    await page.getByRole("button", { name: "public: Read: Closed" }).click();
    const sheet = page.getByRole("dialog");
    expect(await sheet.getByRole("radio").count()).toBe(3);
    expect(await sheet.getByRole("button", { name: "Everything of their own" }).count()).toBe(0);
    await page.goBack();
    await page.getByRole("button", { name: "authenticated: Read: Closed" }).click();
    await sheet.getByRole("radio", { name: /^Every signed-in user/ }).click();
    await sheet.getByText("Every signed-in user may read every item.").waitFor();
    await page.keyboard.press("ArrowDown");
    // The focus follows the key a moment later.
    await sheet
      .getByRole("radio", { name: /^Only their own/ })
      .and(page.locator(":focus"))
      .waitFor();
    await page.keyboard.press("Space");
    await sheet.getByText("Every signed-in user may read only the items that they own.").waitFor();
    await sheet.getByText("owner_id = $user.id").waitFor();
    expect(await rules()).toEqual([]);
    await requireAccessible(page, "the usual rules");
    await sheet.getByRole("button", { name: "Save rule" }).click();
    await sheet.getByText("Allows").waitFor();
    expect(await rules()).toMatchObject([
      { role: "authenticated", action: "read", effect: "allow", condition: { owner_id: { _eq: "$user.id" } } },
    ]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "authenticated: Read: Some owner_id = $user.id" }).waitFor();
    await page.getByRole("button", { name: "authenticated: Create: Closed" }).click();
    await sheet.getByRole("radio", { name: /^Only items with them as editor/ }).click();
    await sheet.getByRole("button", { name: "Save rule" }).click();
    await sheet.getByText("Allows").waitFor();
    expect((await rules()).length).toBe(2);
    expect(await rules()).toContainEqual(
      expect.objectContaining({ action: "create", condition: { editor: { _eq: "$user.id" } }, check: null }),
    );
  },
);

suite.test("the rules for what is one's own are the same wherever they are made", async (admin, { page }) => {
  const fields = [{ name: "title", type: "text" }];
  await admin.send("/api/operator/collections", { slug: "diaries", fields });
  await admin.send("/api/operator/collections", { slug: "letters", fields, owner_scoped: true });
  await page.goto("/admin/t/default/collections/diaries?tab=access");
  await page.getByRole("button", { name: "authenticated: Read: Closed" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Everything of their own" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Make the rules" }).click();
  await page.getByText("The rules are made").waitFor();
  const rules = async (collection: string) => {
    const path = `/api/operator/permissions?collection=${collection}`;
    const { data } = await admin.send<{ data: { id: string; collection: string; action: string }[] }>(path);
    return data.map(({ id: _, collection: __, ...rule }) => rule).sort((a, b) => a.action.localeCompare(b.action));
  };
  const made = await rules("diaries");
  expect(made.map(({ action }) => action)).toEqual(["create", "delete", "read", "update"]);
  expect(made).toEqual(await rules("letters"));
});

suite.test(
  "all that a rule of new items has stored is shown, edited as one, and said again",
  async (admin, { page }) => {
    const fields = [
      { name: "title", type: "text" },
      { name: "state", type: "text" },
    ];
    await admin.send("/api/operator/collections", { slug: "essays", fields, owner_scoped: true });
    const path = "/api/operator/permissions?collection=essays";
    type Made = { id: string; action: string; condition: unknown; check: unknown };
    const ofCreate = async () =>
      (await admin.send<{ data: Made[] }>(path)).data.find(({ action }) => action === "create")!;
    await page.goto("/admin/t/default/rules?role=authenticated");
    await page.getByRole("button", { name: "essays: Create: Some owner_id = $user.id" }).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByRole("button", { name: "Edit" }).click();
    await sheet.getByRole("switch", { name: "Only some items", checked: true }).waitFor();
    await sheet.getByRole("button", { name: "Remove the condition" }).waitFor();
    await sheet.getByRole("radio", { name: "JSON" }).click();
    await sheet.getByText("owner_id").first().waitFor();
    await sheet.getByRole("button", { name: "Save rule" }).click();
    await sheet.getByText("owner_id = $user.id").waitFor();
    expect(await ofCreate()).toMatchObject({ condition: { owner_id: { _eq: "$user.id" } }, check: null });
    // As it may be stored by the API: the check counts, and the condition beside it does not.
    const { id } = await ofCreate();
    await admin.send(`/api/operator/permissions/${id}`, { check: { state: "draft" } }, "PATCH");
    await page.goto("/admin/t/default/rules?role=authenticated&collection=essays&action=create");
    await sheet.getByText("state = draft").waitFor();
    await sheet.getByText("Stored, but without effect: owner_id = $user.id").waitFor();
    await sheet.getByRole("button", { name: "Edit" }).click();
    await sheet.getByText("Saving the rule removes it.").waitFor();
    await requireAccessible(page, "a rule with a condition that does not count");
    await page.goto(
      `/admin/t/default/simulate?who=authenticated&collection=essays&action=create&values=${encodeURIComponent(JSON.stringify('{"state":"done"}'))}`,
    );
    await page.getByText("Does not hold: state = draft", { exact: true }).waitFor();
    await page.getByText(/state must be "draft"/).waitFor();
    await page.goto("/admin/t/default/rules?role=authenticated&collection=essays&action=create");
    await sheet.getByRole("button", { name: "Edit" }).click();
    await sheet.getByRole("button", { name: "Save rule" }).click();
    await sheet.getByText("Stored, but without effect").waitFor({ state: "detached" });
    expect(await ofCreate()).toMatchObject({ condition: { state: "draft" }, check: null });
  },
);

suite.test("rules at once say what they open and to whom, in red for strangers' writes", async (admin, { page }) => {
  await admin.send("/api/operator/collections", { slug: "walls", fields: [{ name: "title", type: "text" }] });
  await page.goto("/admin/t/default/rules?collection=walls&action=read");
  const sheet = page.getByRole("dialog");
  const text = "Everybody, also without an account: read, create, change and delete every item.";
  await sheet.getByText(text).waitFor();
  await sheet.getByRole("button", { name: "Everything" }).click();
  const question = page.getByRole("alertdialog", { name: "Open all of walls?" });
  await question.getByText(text).waitFor();
  await question.getByText(/^Anybody who knows the address/).waitFor();
  await requireAccessible(page, "the question before strangers may write");
  await question.getByRole("button", { name: "Make the rules" }).click();
  await page.getByText("The rules are made").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "walls: Delete: All" }).waitFor();
  // What everybody may do, a narrower role may do too.
  await page.goto("/admin/t/default/rules?role=authenticated");
  await page.getByRole("button", { name: "walls: Read: Closed All, by public" }).waitFor();
});

suite.test(
  "a list that stays hidden is named where its collection is opened, and opened too",
  async (admin, { page }) => {
    await admin.send("/api/operator/collections", { slug: "topics", fields: [{ name: "name", type: "text" }] });
    await admin.send("/api/operator/collections", {
      slug: "papers",
      fields: [
        { name: "title", type: "text" },
        { name: "topics", type: "relation_many", to: "topics", through: "papers_topics" },
      ],
    });
    for (const collection of ["papers", "topics"])
      await admin.send("/api/operator/permissions", { role: "public", collection, action: "read" });
    const lists = `${admin.baseUrl}/api/items/papers?fields=title,topics.name`;
    expect((await fetch(lists)).status).not.toBe(200);
    await page.goto("/admin/t/default/collections/papers?tab=access");
    await page.getByText("topics of papers stay hidden: closed for public is papers_topics").waitFor();
    await page.goto("/admin/t/default/rules");
    await page.getByRole("button", { name: "Let public read papers_topics" }).waitFor();
    await requireAccessible(page, "a list that stays hidden");
    await page.getByRole("button", { name: "Let public read papers_topics" }).click();
    await page.getByText("The rules are made").waitFor();
    await page.getByText("stay hidden").waitFor({ state: "detached" });
    expect((await fetch(lists)).status).toBe(200);
  },
);

suite.test(
  "a member who views reads items, and is offered no change",
  async (admin, { page, context }) => {
    await admin.send("/api/operator/collections", { slug: "seen", fields: [{ name: "title", type: "text" }] });
    const made = await admin.send<{ data: { id: string } }>("/api/operator/items/seen", { title: "Film 1" });
    const email = "vi@example.com";
    const { data } = await admin.send("/api/operator/member-invitations", { email, role: "viewer" });
    const account = { email, name: "Vi", password: "correct horse battery", invitation: data.token };
    await context.request.post(`${admin.baseUrl}/api/operator/auth/sign-up/email`, { data: account });
    await page.goto("/admin/t/default");
    const nav = page.getByRole("navigation", { name: "Plinth" });
    // Who may not open the page of users sees their collection.
    await nav.getByRole("link", { name: "users", exact: true }).waitFor();
    await nav.getByRole("link", { name: "seen" }).click();
    const grid = page.getByRole("grid");
    await grid.getByRole("gridcell", { name: "Film 1" }).click();
    await page.keyboard.type("New text");
    await page.keyboard.press("Delete");
    expect(await grid.getByRole("textbox").count()).toBe(0);
    expect(await page.getByRole("button", { name: /New item|Import/, disabled: false }).count()).toBe(0);
    await page.goto(`/admin/t/default/collections/seen/items/${made.data.id}`);
    expect(await page.getByLabel("title").isDisabled()).toBe(true);
    expect(await page.getByRole("button", { name: /Save|More/ }).count()).toBe(0);
  },
  { signedOut: true },
);

function post(body: object): RequestInit {
  return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
