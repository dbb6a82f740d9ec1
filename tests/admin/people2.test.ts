import { expect } from "bun:test";
import type { AdminServer } from "./harness.ts";
import { withAdmin } from "./harness.ts";

/** Acting as a user, organizations, tokens, the look of the pages, and the general settings in the admin. */

const suite = await withAdmin();

async function makeUser({ send }: AdminServer, name: string): Promise<string> {
  const account = { name, email: `${name.toLowerCase()}@example.com`, email_verified: true };
  return (await send<{ data: { id: string } }>("/api/operator/users", account)).data.id;
}

const statusAs = async ({ baseUrl }: AdminServer, token: string) =>
  (await fetch(`${baseUrl}/api/sessions`, { headers: { authorization: `Bearer ${token}` } })).status;

suite.test("an owner of the server acts as a user, who owns what is made, and ends it", async (admin, tab) => {
  const { page } = tab;
  const id = await makeUser(admin, "Mary");
  await admin.send(
    "/api/operator/collections/users",
    { fields: [{ name: "plan", type: "text", default: "free" }] },
    "PATCH",
  );
  await admin.send("/api/operator/collections", { slug: "notes", fields: [{ name: "text", type: "text" }] });
  await admin.send("/api/operator/permissions", { role: "authenticated", collection: "notes", action: "create" });
  await page.goto(`/admin/t/default/users/${id}`);
  await page.getByText("free", { exact: true }).waitFor();
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Act as this user…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("Ticket 4711");
  await dialog.getByRole("button", { name: "Start" }).click();
  await dialog.getByText("You act as Mary").waitFor();
  const token = (await dialog.locator("code").first().textContent())!.trim();
  const made = await fetch(`${admin.baseUrl}/api/items/notes`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ text: "seen" }),
  });
  expect(made.status).toBe(201);
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await page.getByText("A session of yours as this user is open").waitFor();
  await page.getByText("Began to act as a user").first().waitFor();
  await page.getByRole("button", { name: "Count them" }).click();
  await page.getByRole("link", { name: "1 item" }).waitFor();
  expect(await page.content()).not.toContain(token);
  expect(await statusAs(admin, token)).toBe(200);
  await page.getByRole("button", { name: "End it now" }).click();
  await page.getByText("A session of yours as this user is open").waitFor({ state: "detached" });
  expect(await statusAs(admin, token)).toBe(401);
});

suite.test("a second factor is removed only where there is one, and the page says so", async (admin, tab) => {
  tab.allow("404");
  const id = await makeUser(admin, "Nora");
  await tab.page.goto(`/admin/t/default/users/${id}`);
  await tab.page.getByRole("button", { name: "More" }).click();
  await tab.page.getByRole("menuitem", { name: "Remove the second factor" }).click();
  await tab.page.getByRole("alertdialog").getByRole("button", { name: "Remove second factor" }).click();
  await tab.page.getByText("This user has no second factor.").waitFor();
});

suite.test("organizations are switched on, made, and get members and teams", async (admin, { page }) => {
  const owner = await makeUser(admin, "Olga");
  await page.goto("/admin/t/default/organizations");
  await page.getByRole("button", { name: "Switch organizations on" }).click();
  await page.getByRole("button", { name: "Create organization" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Chess Club");
  await dialog.getByLabel("Owner").click();
  await page.getByRole("option", { name: "Olga" }).click();
  await dialog.getByRole("button", { name: "Create organization" }).click();
  await page.getByRole("heading", { name: "Chess Club", level: 1 }).waitFor();
  await page.getByRole("link", { name: "Olga" }).waitFor();
  await page.getByRole("tab", { name: "Invitations" }).click();
  await page.getByRole("button", { name: "Invite" }).click();
  await dialog.getByLabel("Email").fill("petra@example.com");
  await dialog.getByRole("button", { name: "Invite" }).click();
  await dialog.getByText(/\/organization-invitation/).waitFor();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByText("petra@example.com").waitFor();
  await page.getByRole("tab", { name: "Teams" }).click();
  await page.getByLabel("New team").fill("Juniors");
  await page.getByRole("button", { name: "Create team" }).click();
  await page.getByRole("link", { name: "Juniors" }).click();
  await dialog.getByLabel("Take somebody into the team").click();
  await page.getByRole("option", { name: "Olga" }).click();
  await dialog.getByRole("button", { name: "Take Olga out of the team" }).waitFor();
  await page.goto(`/admin/t/default/users/${owner}`);
  await page.getByRole("link", { name: "Chess Club" }).waitFor();
});

interface Answer<T> {
  readonly data: T;
}

suite.test(
  "keys that sign tokens are made, rotated and deleted; an issuer is trusted and removed",
  async (admin, { page }) => {
    await page.goto("/admin/t/default/sign-in/tokens?new=key");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: "HS256" }).click();
    await dialog.getByRole("button", { name: "Make key" }).click();
    await dialog.getByText("Copy the secret now").waitFor();
    const secret = (await dialog.locator("code").first().textContent())!.trim();
    expect(secret.length).toBeGreaterThanOrEqual(32);
    await dialog.getByRole("button", { name: "I have stored it" }).click();
    await page.getByText("Waits", { exact: true }).waitFor();
    expect(await page.content()).not.toContain(secret);
    await page.getByRole("button", { name: "Rotate" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Rotate" }).click();
    await page.getByText("Signs", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Trust an issuer" }).click();
    await dialog.getByLabel("Issuer").fill("https://id.example.com/");
    await dialog.getByLabel("Audience").fill("shop");
    await dialog.getByLabel("Address of its keys").fill("https://id.example.com/keys");
    await dialog.getByRole("button", { name: "Trust issuer" }).click();
    await page.getByText("https://id.example.com/keys").waitFor();
    const issuers = () => admin.send<Answer<{ audience: string }[]>>("/api/operator/trusted-issuers");
    expect((await issuers()).data).toMatchObject([{ audience: "shop" }]);
    await page.getByRole("grid", { name: "Trusted issuers" }).getByRole("button").last().click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove issuer" }).click();
    await page.getByText("No other issuer is trusted").waitFor();
    expect((await issuers()).data).toEqual([]);
  },
);

suite.test("the secret of hooks is shown once, and saving the section keeps it", async (admin, { page }) => {
  await page.goto("/admin/t/default/sign-in?section=hooks");
  await page.getByRole("button", { name: "Make a secret" }).click();
  await page.getByText(/^whsec_/).waitFor();
  await page.getByLabel("After a sign-in").fill("https://hooks.example.com/in");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  const { data } =
    await admin.send<Answer<{ hooks: { secret_ids: string[]; after_sign_in: string } }>>("/api/operator/auth-settings");
  expect(data.hooks).toMatchObject({
    after_sign_in: "https://hooks.example.com/in",
    secret_ids: [expect.any(String)],
  });
});

suite.test("all items are saved as files in one archive", async (admin, { page }) => {
  await admin.send("/api/operator/collections", { slug: "boxes", fields: [{ name: "label", type: "text" }] });
  await admin.send("/api/operator/items/boxes", [{ label: "Cups" }, { label: "Plates" }]);
  await page.goto("/admin/t/default/settings");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download all items" }).click(),
  ]);
  await page.getByText("The archive is saved.").waitFor();
  const files = await new Bun.Archive(await Bun.file(await download.path()).arrayBuffer()).files();
  const boxes = (await files.get("boxes.ndjson")!.text()).trim().split("\n");
  expect(boxes.map((line) => JSON.parse(line).label).sort()).toEqual(["Cups", "Plates"]);
  expect([...files.keys()]).toContain("collections.json");
  expect([...files.keys()]).toContain("rules.json");
});

suite.test("the look of the pages is seen before it is saved, and the workspace renamed", async (admin, { page }) => {
  await page.goto("/admin/t/default/sign-in?section=pages");
  await page.getByLabel("Name").fill("Tidewater Books");
  await page.getByLabel("Colour").fill("#0b5394");
  const preview = page.getByRole("img", { name: "Preview, light: Tidewater Books" });
  expect(await preview.evaluate((element) => getComputedStyle(element).getPropertyValue("--page-accent"))).toBe(
    "#0b5394",
  );
  await page.goto("/admin/t/default/settings");
  await page.getByText("sqlite", { exact: true }).waitFor();
  await page.getByLabel("Name").first().fill("Head office");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  const { data } = await admin.send<Answer<{ name: string }>>("/api/operator/workspaces/default");
  expect(data.name).toBe("Head office");
});
