import { expect } from "bun:test";
import { withAdmin } from "./harness.ts";

/** Flows, as somebody makes, changes, runs, mends and deletes them in the admin. */

const suite = await withAdmin();

interface ShownFlow {
  readonly data: Readonly<Record<string, unknown>>;
}

suite.test("a flow begins with a template, is mended where the server points, and deployed", async (admin, tab) => {
  const { page, allow } = tab;
  allow("422", "404");
  await page.goto("/admin/t/default/flows");
  await page.getByText("No flows yet").waitFor();
  await page.getByRole("link", { name: /Something to try/ }).click();
  await page.getByLabel("Name").fill("Order");
  await page.getByText("Begin with a letter").waitFor();
  await page.getByLabel("Name").fill("order");

  // A node is added by the drawing, and refused by the server at its field.
  await page.getByRole("button", { name: "Add a node here" }).last().click();
  await page.getByRole("menuitem", { name: "Items" }).click();
  const node = page.getByRole("region", { name: "Node item" });
  await node.getByLabel(/^Id/).first().fill("store");
  await page.keyboard.press("Tab");
  await page.getByRole("region", { name: "Node store" }).waitFor();
  await page.getByRole("button", { name: "Deploy" }).click();
  await page.getByRole("alert").filter({ hasText: "permissions.as" }).waitFor();
  await page.locator("[data-node=store]").getByLabel("Something is wrong here").waitFor();
  await page.getByRole("button", { name: "Show the rights" }).click();
  await page.getByRole("combobox", { name: "Acts as" }).click();
  await page.getByRole("option", { name: "The system: no rule binds it" }).click();
  await page.getByRole("button", { name: "Deploy" }).click();
  await page.getByRole("button", { name: "Allow actions: create" }).click();
  await page.getByRole("tab", { name: "Nodes" }).click();
  await page.locator("[data-node=store]").focus();
  await page.keyboard.press("Delete");
  await page.locator("[data-node=store]").waitFor({ state: "detached" });

  // Undone and done again, by keys.
  await page.locator("[data-node=answer]").focus();
  await page.keyboard.press("Control+z");
  await page.locator("[data-node=store]").waitFor();
  await page.locator("[data-node=store]").focus();
  await page.keyboard.press("Delete");
  await page.getByRole("button", { name: "Deploy" }).click();
  await page.getByRole("heading", { name: "order", level: 1 }).waitFor();
  const { data } = await admin.send<ShownFlow>("/api/operator/flows/order");
  expect(data).toMatchObject({
    version: 1,
    enabled: true,
    nodes: [{ id: "greeting" }, { id: "long" }, { id: "answer" }],
  });
});

suite.test(
  "it runs with an input, shows each step, and goes on from one",
  async (_, { page }) => {
    await page.getByRole("button", { name: "Run now" }).click();
    const dialog = page.getByRole("dialog");
    const input = dialog.getByRole("textbox", { name: "Input" });
    await input.click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText('{"name": "Ann"}');
    await dialog.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("region", { name: "Result", exact: true }).filter({ hasText: "Hello Ann" }).waitFor();
    await page.locator("[data-node=greeting]").getByText("Done").waitFor();
    await page.locator("[data-node=long]").click();
    await page.getByRole("heading", { name: "Steps of long" }).waitFor();
    await page.getByRole("button", { name: "Show all" }).click();
    await page
      .getByRole("listitem")
      .getByRole("button", { name: /answer/ })
      .click();
    await page.getByRole("button", { name: "Run again from here" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Run again" }).click();
    await page.getByText("It goes on").waitFor();
    await page.getByRole("region", { name: "Result", exact: true }).filter({ hasText: "Hello Ann" }).waitFor();
    await page.getByRole("link", { name: "order" }).click();
  },
  { keep: true },
);

suite.test(
  "its text, triggers and rights change; an older version counts again; it is turned off and deleted",
  async (admin, { page, allow }) => {
    allow("404");
    await page.getByRole("tab", { name: "JSON" }).click();
    const text = page.getByRole("textbox", { name: "Flow" });
    await text.click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText('{"nodes": [{"id": "odd", "type": "unheard_of", "say": "hello"}]');
    await page.getByText("Mend it first").waitFor();
    // What cannot be read is kept, and found again.
    await page.getByRole("tab", { name: "Rights" }).click();
    await page.getByRole("button", { name: "Show it" }).click();
    await text.click();
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText("}");
    await page.getByRole("tab", { name: "Nodes" }).click();
    await page.locator("[data-node=odd]").click();
    await page.getByText("This page has no form for nodes of the type unheard_of").waitFor();
    await page.getByRole("button", { name: "Discard" }).click();
    await page.locator("[data-node=answer]").waitFor();

    await page.getByRole("tab", { name: "Triggers" }).click();
    await page.getByRole("button", { name: "Add trigger" }).click();
    await page.getByRole("combobox", { name: "What starts it" }).click();
    await page.getByRole("option", { name: "When items change" }).click();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("Write at least one event.").waitFor();
    await page.getByRole("dialog").getByLabel("Events").fill("*.create");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("listitem").filter({ hasText: "*.create" }).waitFor();
    await page.getByRole("tab", { name: "Rights" }).click();
    await page.getByLabel("It may send mails").click();
    await page.getByRole("button", { name: "Deploy" }).click();
    await page
      .getByRole("alertdialog")
      .filter({ hasText: "mail: true" })
      .getByRole("button", { name: "Deploy" })
      .click();
    await page.getByText("Version 2", { exact: true }).waitFor();
    const changed = await admin.send<ShownFlow>("/api/operator/flows/order");
    expect(changed.data).toMatchObject({
      triggers: [{ type: "manual" }, { type: "change" }],
      permissions: { mail: true },
    });

    await page.getByRole("tab", { name: "Versions" }).click();
    await page.getByRole("row").filter({ hasText: "manual" }).last().getByRole("button").click();
    await page.getByRole("menuitem", { name: "Let new runs follow it" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Let new runs follow it" }).click();
    await page.getByText("Version 1", { exact: true }).waitFor();

    await page.getByRole("switch", { name: /is started by its triggers/ }).click();
    await page.getByText("Turn it on first.").waitFor();
    await page.getByRole("button", { name: "Delete", exact: true }).first().click();
    await page.getByRole("alertdialog").getByRole("textbox").fill("order");
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("No flows yet").waitFor();
  },
  { keep: true },
);

suite.test(
  "a flow that asks waits for the operator, who decides in the list of approvals",
  async ({ send }, { page }) => {
    const of = (path: string) => `/api/operator/${path}`;
    const ask = { id: "ok", type: "approval", question: "Ship it?", from: { members: ["admin"] } };
    await send(of("flows/ship"), { nodes: [ask, { id: "told", type: "set", value: "{{ steps.ok.outcome }}" }] }, "PUT");
    await page.goto("/admin/t/default/approvals");
    await page.getByText("Nothing waits for you").waitFor();
    const { data: run } = await send(of("flows/ship/run"), {});
    await page.goto("/admin/t/default/flows/ship?tab=runs");
    const waiting = page.getByRole("row").filter({ hasText: "Waits for approval" });
    await waiting.getByRole("link", { name: "See the approval" }).click();
    await page.getByRole("article").filter({ hasText: "Ship it?" }).waitFor();
    await page.goto("/admin/t/default/approvals");
    const question = page.getByRole("article").filter({ hasText: "Ship it?" });
    await question.getByLabel("Comment").fill("Gladly");
    await question.getByRole("button", { name: "Approve" }).click();
    await page.getByText("Nothing waits for you").waitFor();
    await page.goto(`/admin/t/default/flows/ship/runs/${run.id}`);
    await page.getByRole("article").filter({ hasText: "Gladly" }).waitFor();
    await page.locator("[data-node=told]").getByText("Done").waitFor();
    await page.getByRole("region", { name: "Result", exact: true }).filter({ hasText: "approved" }).waitFor();
  },
);
