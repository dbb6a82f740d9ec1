import { expect } from "bun:test";
import { OPERATOR, withAdmin } from "./harness.ts";

/** Keys, users, members, workspaces, sign-in and mail in the admin. */

const suite = await withAdmin();

interface Listed<T> {
  readonly data: readonly T[];
}

suite.test("a key is made, shown once, and revoked", async (admin, { page }) => {
  await page.goto("/admin/t/default/keys");
  await page.getByRole("button", { name: "Create key" }).first().click();
  await page.getByRole("heading", { name: "New key", level: 1 }).waitFor();
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByText("Write a name of 1 to 100 characters.").waitFor();
  await page.getByLabel("Name").fill("website");
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByRole("heading", { name: "Copy the key now" }).waitFor();
  const key = (await page.locator("code").filter({ hasText: /^pk_/ }).first().textContent())!.trim();
  const answer = await fetch(`${admin.baseUrl}/api/me`, { headers: { "x-api-key": key } });
  expect(await answer.json()).toMatchObject({ data: { kind: "key", admin: false } });
  await page.getByRole("button", { name: "I have stored it" }).click();
  await page.getByRole("link", { name: "website" }).click();
  expect(await page.content()).not.toContain(key);
  await page.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByText("No keys yet").waitFor();
  expect((await fetch(`${admin.baseUrl}/api/me`, { headers: { "x-api-key": key } })).status).toBe(401);
});

suite.test("a user is made, found, given a role, blocked and deleted", async (admin, tab) => {
  const { page } = tab;
  // Of the page of the deleted user, before it is left.
  tab.allow("404");
  await admin.send("/api/operator/roles", { name: "editor" });
  await page.goto("/admin/t/default/users/new");
  await page.getByLabel("Email").fill("bo@example.com");
  await page.getByLabel("Name", { exact: false }).first().fill("Bo Li");
  await page.getByRole("button", { name: "Create user" }).click();
  await page.getByRole("heading", { name: "Bo Li", level: 1 }).waitFor();
  await page.getByRole("button", { name: "Add role" }).click();
  await page.getByRole("option", { name: "editor" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Save roles" }).click();
  await page.getByText("The roles are saved").waitFor();
  await page.getByRole("button", { name: "Block", exact: true }).click();
  await page.getByText("Blocked", { exact: true }).first().waitFor();
  const { data } = await admin.send<Listed<{ roles: string[]; blocked_at: string | null }>>(
    "/api/operator/users?email=bo@example.com",
  );
  expect(data).toMatchObject([{ roles: ["editor"], blocked_at: expect.any(String) }]);
  await page.goto("/admin/t/default/users?search=bo");
  await page.getByRole("link", { name: "Bo Li" }).click();
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Delete, keep the items" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete user" }).click();
  await page.getByText("The user is deleted").waitFor();
  expect((await admin.send<Listed<unknown>>("/api/operator/users")).data).toEqual([]);
});

suite.test("somebody is invited, and the link is shown once", async (_, { page }) => {
  await page.goto("/admin/t/default/users/invitations?new=true");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Email").fill("cy@example.com");
  await dialog.getByRole("button", { name: "Invite" }).click();
  await dialog.getByText(/\/invitation/).waitFor();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByText("cy@example.com").waitFor();
  await page.getByText("Open", { exact: true }).first().waitFor();
});

suite.test("a workspace is made, archived and opened again", async (admin, { page, allow }) => {
  // An archived workspace answers nobody, and one is in it.
  allow("403");
  await page.goto("/admin/t/default/workspaces?new=true");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Café Söder");
  expect(await dialog.getByLabel("Slug").inputValue()).toBe("cafe-soder");
  await dialog.getByRole("button", { name: "Create workspace" }).click();
  await page.waitForURL("**/admin/t/cafe-soder");
  await page.getByRole("button", { name: "Café Söder" }).click();
  await page.getByRole("menuitem", { name: "All workspaces" }).click();
  await page.getByRole("link", { name: "Café Söder" }).click();
  await page.getByRole("button", { name: "Archive" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Archive workspace" }).click();
  await page.getByText("Archived", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Open it again" }).click();
  await page.getByText("Active", { exact: true }).waitFor();
  const { data } = await admin.send<Listed<{ slug: string }>>("/api/operator/workspaces");
  expect(data.map(({ slug }) => slug)).toContain("cafe-soder");
  await page.getByRole("link", { name: "Work in it" }).click();
  await page.waitForURL("**/admin/t/cafe-soder");
});

suite.test("Ctrl K finds pages by other words, and workspaces", async (admin, { page }) => {
  await admin.send("/api/workspaces", { name: "Cycle Club", slug: "cycle-club" });
  await page.goto("/admin/t/default");
  const palette = page.getByRole("dialog");
  await page.getByRole("heading", { level: 1 }).waitFor();
  for (const [word, found] of [
    ["password", "Sign-in"],
    ["language", "Mail"],
    ["invite", "Members"],
    ["audit", "Security log"],
    ["backup", "Collections"],
  ] as const) {
    await page.keyboard.press("Control+k");
    await palette.getByRole("combobox").fill(word);
    await palette.getByRole("option", { name: found, exact: true }).waitFor();
    await page.keyboard.press("Escape");
  }
  await page.keyboard.press("Control+k");
  await palette.getByRole("combobox").fill("cycle");
  await palette.getByRole("option", { name: "Cycle Club" }).click();
  await page.waitForURL("**/admin/t/cycle-club");
});

suite.test("what a form needs is shown before it is sent", async (_, { page }) => {
  await page.goto("/admin/t/default/sign-in/providers/new");
  await page.getByText("/api/auth/callback/google").waitFor();
  await page.goto("/admin/t/default/users/new");
  await page.getByText(/At least \d+ characters/).waitFor();
  await page.goto("/admin/t/default/sign-in");
  const preview = await page.getByRole("link", { name: "See the sign-in page" }).getAttribute("href");
  expect(preview).toEndWith("/t/default/sign-in?preview=1");
});

suite.test("settings of sign-in are saved by sections, and refused at their field", async (admin, tab) => {
  const { page } = tab;
  tab.allow("400", "422");
  await page.goto("/admin/t/default/sign-in?section=redirects");
  await page.getByLabel("Your app").fill("not an address");
  await page.getByRole("button", { name: "Save" }).click();
  await page
    .getByText(/https?:\/\/|address/)
    .first()
    .waitFor();
  await page.getByLabel("Your app").fill("https://app.example.com");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  const { data } = await admin.send<{ data: { redirects: object } }>("/api/operator/auth-settings");
  expect(data.redirects).toMatchObject({ site_url: "https://app.example.com" });
});

suite.test("a mail's text is changed beside its preview, and goes back to the built-in one", async (_, { page }) => {
  await page.goto("/admin/t/default/mail/verify_email/en");
  await page.getByLabel("Subject").fill("Hello at {{app_name}}");
  await page.getByText("Hello at Plinth").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Built-in texts" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete my texts" }).click();
  await page.getByText("Confirm your email address").first().waitFor();
});

suite.test("mail pages say that no mail server is set; a text gets a language; a message opens", async (admin, tab) => {
  const { page } = tab;
  await admin.send("/api/operator/member-invitations", { email: "ilka@example.com", role: "viewer", send_mail: true });
  await page.goto("/admin/t/default/mail/outbox");
  await page.getByText("No mail server is set").waitFor();
  await page.getByText("Kept here, not sent").first().waitFor();
  await page.getByRole("button", { name: "ilka@example.com" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByText("You are invited to the workspace").waitFor();
  await sheet.getByText("Plain text").click();
  await sheet.getByText("as viewer").waitFor();
  await page.goto("/admin/t/default/mail");
  await page.getByRole("button", { name: "Add a language" }).click();
  await page.getByRole("option", { name: "français" }).click();
  await page.getByText("English is sent").first().waitFor();
  await page.getByRole("link", { name: "Magic link" }).click();
  await page.getByLabel("Subject").fill("Se connecter");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  const { data } = await admin.send("/api/operator/mail/templates/magic_link/fr");
  expect(data).toMatchObject({ subject: "Se connecter", built_in: false });
  await page.goto("/admin/t/default/members?invite=true");
  await page.getByText("the mail stays in the outbox").waitFor();
});

suite.test("operators, members, the security log and the figures of the server are there", async (admin, { page }) => {
  await page.goto("/admin/t/default/operators");
  await page.getByText(OPERATOR.email).first().waitFor();
  await page.goto("/admin/t/default/members");
  await page.getByText("No members yet").waitFor();
  await admin.send("/api/operator/keys", { name: "seen", kind: "publishable" });
  await page.goto("/admin/t/default/security-log");
  const made = page.getByRole("row").filter({ hasText: "Key created" }).filter({ hasText: "seen" });
  await made.getByRole("link", { name: OPERATOR.name }).waitFor();
  await page.goto("/admin/t/default/security-log?actor=user:00000000-0000-7000-8000-000000000000");
  await page.getByText("Nothing found").waitFor();
  await page.getByRole("button", { name: "Show all" }).click();
  await made.waitFor();
  await admin.send("/api/workspaces", { name: "Bakery", slug: "bakery-log" });
  await page.goto("/admin/t/default/workspaces");
  await page.getByRole("main").getByRole("link", { name: "Security log" }).click();
  await page.getByRole("row").filter({ hasText: "Workspace created" }).getByRole("link", { name: "Bakery" }).waitFor();
  await page.goto("/admin/t/default/traffic");
  await page.getByRole("heading", { name: "Requests a minute" }).waitFor();
  await page.goto("/admin/t/default/slow-queries");
  await page.getByRole("heading", { name: "Slow queries", level: 1 }).waitFor();
  await page.goto("/admin/t/default/realtime?listen=users");
  await page.getByRole("main").getByText("Live", { exact: true }).waitFor();
  await page.goto("/admin/t/default/health");
  await page.getByRole("heading", { name: "Health", level: 1 }).waitFor();
});
