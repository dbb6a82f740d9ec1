import { expect } from "bun:test";
import { requireAccessible } from "../pages/browser.ts";
import { type AdminServer, type AdminTab, withAdmin } from "./harness.ts";

/** What the pages of people show to whom, and what they keep. */

const suite = await withAdmin();

const PASSWORD = "correct horse battery";

interface Answer<T> {
  readonly data: T;
}

async function makeUser({ send }: AdminServer, name: string): Promise<string> {
  const account = { name, email: `${name.toLowerCase()}@example.com`, email_verified: true };
  return (await send<Answer<{ id: string }>>("/api/operator/users", account)).data.id;
}

/** Signs the tab in as an operator who is a member of the default workspace. */
async function signInAsMember(admin: AdminServer, { context }: AdminTab, name: string, role: string): Promise<void> {
  const email = `${name.toLowerCase()}@example.com`;
  await admin.send("/api/operator/operators", {
    name,
    email,
    password: PASSWORD,
    role: "member",
    email_verified: true,
  });
  const invitation = await admin.send<Answer<{ token: string }>>("/api/operator/member-invitations", { email, role });
  const post = async (path: string, data: object) => {
    const answer = await context.request.post(path, { data, headers: { origin: admin.baseUrl } });
    expect([path, answer.status(), await answer.text()]).toEqual([path, 200, expect.any(String)]);
  };
  await post("/api/operator/auth/sign-in/email", { email, password: PASSWORD });
  await post("/api/operator/invitations/accept", { invitation: invitation.data.token });
}

suite.test("the link of the open page is seen after the window became lower", async (_, { page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto("/admin/t/default/settings");
  await page.getByRole("heading", { name: "General", level: 1 }).waitFor();
  await page.setViewportSize({ width: 1280, height: 500 });
  const link = page.getByRole("navigation", { name: "Plinth" }).getByRole("link", { name: "General" });
  await page.waitForFunction(
    (element) => {
      const { top, bottom } = element!.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    },
    await link.elementHandle(),
  );
});

suite.test("an invitation's link stays until somebody closes it", async (_, { page }) => {
  await page.goto("/admin/t/default/users/invitations?new=true");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Invite" }).click();
  await dialog.getByText("Write an address such as ada@example.com.").waitFor();
  await dialog.getByLabel("Email").fill("dee@example.com");
  await page.mouse.click(5, 5);
  expect(await dialog.getByLabel("Email").inputValue()).toBe("dee@example.com");
  await dialog.getByRole("button", { name: "Invite" }).click();
  await dialog.getByText(/\/invitation\?token=/).waitFor();
  await page.mouse.click(5, 5);
  await dialog.getByText(/\/invitation\?token=/).waitFor();
  await dialog.getByRole("button", { name: "Done" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Invite" }).first().click();
  expect(await dialog.getByLabel("Email").inputValue()).toBe("");
});

suite.test(
  "what an invitation is refused for stands at its field, and nothing that was typed is lost",
  async (admin, tab) => {
    const { page } = tab;
    tab.allow("409");
    const guest = await admin.tab({ signedOut: true });
    await signInAsMember(admin, guest, "Rita", "viewer");
    await page.goto("/admin/t/default/members?invite=true");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: /^Admin/ }).click();
    await dialog.getByLabel("Email").fill("rita@example.com");
    await dialog.getByRole("button", { name: "Invite" }).click();
    await dialog.getByText("This address is a member's already.").waitFor();
    expect(await dialog.getByLabel("Email").getAttribute("aria-invalid")).toBe("true");
    expect(await dialog.getByRole("radio", { name: /^Admin/ }).isChecked()).toBe(true);
  },
);

suite.test(
  "roles that were chosen for a user are asked about, and never saved for another one",
  async (admin, { page }) => {
    await admin.send("/api/operator/roles", { name: "editor" });
    const [first, second] = [await makeUser(admin, "Fay"), await makeUser(admin, "Gus")];
    await page.goto(`/admin/t/default/users/${first}`);
    await page.getByRole("button", { name: "Add role" }).click();
    await page.getByRole("option", { name: "editor" }).click();
    await page.keyboard.press("Escape");
    // A dialog of the same page takes nothing away.
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Act as this user…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Save roles" }).waitFor();
    await page.getByRole("link", { name: "Users", exact: true }).first().click();
    await page
      .getByRole("alertdialog", { name: "Leave without saving?" })
      .getByRole("button", { name: "Leave" })
      .click();
    await page.getByRole("link", { name: "Gus" }).click();
    await page.getByRole("heading", { name: "Gus", level: 1 }).waitFor();
    expect(await page.getByRole("button", { name: "Save roles" }).count()).toBe(0);
    const { data } = await admin.send<Answer<{ id: string; roles: string[] }[]>>("/api/operator/users");
    expect(data.filter(({ id }) => id === second)).toMatchObject([{ roles: [] }]);
  },
);

suite.test(
  "an admin of the workspace is offered nothing that only owners may do, and can leave",
  async (admin, tab) => {
    const { page } = tab;
    await signInAsMember(admin, await admin.tab({ signedOut: true }), "Olive", "owner");
    await signInAsMember(admin, tab, "Hal", "admin");
    await page.goto("/admin/t/default/members");
    const row = (name: string) => page.getByRole("row").filter({ hasText: name });
    await row("Olive").getByText("Owner", { exact: true }).waitFor();
    expect(await row("Olive").getByRole("combobox").count()).toBe(0);
    expect(await row("Olive").getByRole("button", { name: "Actions" }).count()).toBe(0);
    await page.getByRole("button", { name: "Invite member" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: /^Admin/ }).waitFor();
    expect(await dialog.getByRole("radio", { name: /^Owner/ }).count()).toBe(0);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    tab.allow("403", "404");
    await row("Hal").getByRole("button", { name: "Actions" }).click();
    await page.getByRole("menuitem", { name: "Leave" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Leave" }).click();
    await page.waitForURL((url) => !url.pathname.endsWith("/members"));
    const { data } = await admin.send<Answer<{ name: string }[]>>("/api/operator/members");
    expect(data.map(({ name }) => name)).not.toContain("Hal");
  },
  { signedOut: true },
);

suite.test(
  "an editor changes items, and is offered no change of collections and rules",
  async (admin, tab) => {
    const { page } = tab;
    await admin.send("/api/operator/collections", { slug: "pads", fields: [{ name: "title", type: "text" }] });
    const made = await admin.send<Answer<{ id: string }>>("/api/operator/items/pads", { title: "Blue" });
    await signInAsMember(admin, tab, "Edda", "editor");
    await page.goto(`/admin/t/default/collections/pads/items/${made.data.id}`);
    await page.getByLabel("title").fill("Green");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved", { exact: true }).waitFor();
    const { data } = await admin.send<Answer<{ title: string }>>(`/api/operator/items/pads/${made.data.id}`);
    expect(data.title).toBe("Green");
    const navigation = page.getByRole("navigation", { name: "Plinth" });
    await navigation.getByRole("link", { name: "pads" }).waitFor();
    expect(await navigation.getByRole("link", { name: /^(Collections|Rules|API keys)$/ }).count()).toBe(0);
  },
  { signedOut: true },
);

suite.test("who becomes an owner of the server is asked about first", async (admin, { page }) => {
  const account = { name: "Ida", email: "ida@example.com", password: PASSWORD, role: "member", email_verified: true };
  await admin.send("/api/operator/operators", account);
  await page.goto("/admin/t/default/operators");
  const row = page.getByRole("row").filter({ hasText: "ida@example.com" });
  const choose = async (name: string) => {
    await row.getByRole("button", { name: "Actions" }).click();
    await page.getByRole("menuitem", { name }).click();
  };
  await choose("Make an owner of the server");
  const question = page.getByRole("alertdialog");
  await question.getByRole("button", { name: "Cancel" }).click();
  await row.getByText("Member", { exact: true }).waitFor();
  await choose("Make an owner of the server");
  await question.getByRole("button", { name: "Make an owner" }).click();
  await row.getByText("Owner", { exact: true }).waitFor();
  await choose("Sign out everywhere");
  await page.getByText("All sessions of this operator have ended").waitFor();
});

suite.test("a role that does not exist is made where it is given, and admin is warned of", async (admin, { page }) => {
  await page.goto("/admin/t/default/users/new");
  // The link is the hosted page of the app's users.
  await page.getByText("This person signs in to your app at").waitFor();
  const link = page.getByRole("link", { name: `${admin.baseUrl}/sign-in` });
  expect(await link.getAttribute("href")).toBe(`${admin.baseUrl}/sign-in`);
  await page.getByLabel("Email").fill("tom@example.com");
  await page.getByLabel("Name", { exact: false }).first().fill("Tom");
  await page.getByRole("button", { name: "Add role" }).click();
  await page.getByRole("option", { name: "admin May do everything in the workspace" }).click();
  await page.getByText("no rule limits it").waitFor();
  await page.getByRole("option", { name: "admin" }).click();
  await page.getByText("no rule limits it").waitFor({ state: "detached" });
  await page.getByRole("combobox", { name: "Search" }).fill("staff");
  await requireAccessible(page, "a role that can be made");
  await page.getByRole("option", { name: "Create the role “staff”" }).click();
  await page.getByText("The role staff is made").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Create user" }).click();
  await page.getByRole("heading", { name: "Tom", level: 1 }).waitFor();
  const { data } = await admin.send<{ data: { roles: string[] }[] }>("/api/operator/users?email=tom@example.com");
  expect(data).toMatchObject([{ roles: ["staff"] }]);
});
