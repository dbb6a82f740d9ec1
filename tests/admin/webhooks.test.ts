import { expect } from "bun:test";
import { withAdmin } from "./harness.ts";

/** Webhooks, as somebody makes, tries and ends them in the admin. */

const suite = await withAdmin();

suite.test(
  "a webhook is made, its secret shown once, tried, turned off and deleted",
  async ({ send }, { page, allow }) => {
    allow("422", "409", "404");
    await page.goto("/admin/t/default/webhooks");
    await page.getByText("No webhooks yet").waitFor();
    await page.getByRole("button", { name: "Create webhook" }).first().click();
    await page.getByLabel("Name").fill("Search");
    await page.getByLabel("Address").fill("http://hooks.invalid");
    await page.getByLabel("Events").fill("*.create\n*.delete");
    await page.getByRole("button", { name: "Create webhook" }).click();
    await page.getByText(/must be an https address/).waitFor();
    await page.getByLabel("Address").fill("https://hooks.invalid/x");
    await page.getByRole("button", { name: "Create webhook" }).click();
    await page.getByRole("heading", { name: "Copy the secret now" }).waitFor();
    const { data } = await send<{ data: Record<string, unknown>[] }>("/api/operator/webhooks");
    expect(data).toMatchObject([{ name: "Search", events: ["*.create", "*.delete"], enabled: true }]);
    await page.getByRole("button", { name: "I have stored it" }).click();

    await page.getByRole("button", { name: "Send a test" }).click();
    const row = page.getByRole("row").filter({ hasText: "webhook.test" });
    await page.getByRole("heading", { name: "What was sent" }).waitFor();
    await page.getByText("No answer").waitFor();
    await page.keyboard.press("Escape");
    await row.getByText("Failed").waitFor();

    await page.getByRole("button", { name: "Turn off" }).click();
    await page.getByRole("button", { name: "Turn on" }).waitFor();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("No webhooks yet").waitFor();
  },
);

suite.test(
  "a webhook is narrowed, its secret replaced with an overlap, and messages of a time sent again",
  async (admin, tab) => {
    const { page, allow } = tab;
    allow("422");
    const of = (path: string) => `/api/operator/${path}`;
    await admin.send(of("collections"), { slug: "orders", fields: [{ name: "state", type: "text" }] });
    await admin.send(of("items/orders"), { state: "paid" });
    const made = await admin.send(of("webhooks"), {
      ...{ name: "Shop", url: "https://hooks.invalid/x", events: ["orders.*"], headers: { "x-shop": "lisbon" } },
    });
    await admin.send(of(`webhooks/${made.data.id}/test`), {});
    await page.goto(`/admin/t/default/webhooks/${made.data.id}`);
    await page.getByRole("button", { name: "Change" }).click();
    const editor = (name: RegExp) => page.getByRole("textbox", { name });
    await editor(/after the change/).click();
    await page.keyboard.insertText('{"stat": "paid"}');
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator("[aria-invalid=true]").waitFor();
    await editor(/after the change/).click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText('{"state": "paid"}');
    await page.getByLabel("The item as it was before is sent, too").check();
    await page.getByLabel("Some fields").click();
    await page.getByRole("button", { name: "Add field" }).click();
    await page.getByRole("option", { name: "state" }).click();
    await page.keyboard.press("Escape");
    await page.getByText("Stored now: x-shop").waitFor();
    await editor(/^Template/).click();
    await page.keyboard.insertText('{"text": "{{ data.after.stat }}"}');
    await page.getByRole("button", { name: "Preview" }).click();
    await page.locator("[aria-invalid=true]").waitFor();
    await editor(/^Template/).click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText('{"text": "now {{ data.after.state }}"}');
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByText('"text": "now paid"').waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Shop", level: 1 }).waitFor();
    const { data } = await admin.send(of(`webhooks/${made.data.id}`));
    expect(data).toMatchObject({
      filter: { state: "paid" },
      payload: { fields: ["state"], before: true },
      header_names: ["x-shop"],
      template: { text: "now {{ data.after.state }}" },
      body_signature: null,
    });

    await page.getByRole("button", { name: "New secret" }).click();
    await page.getByLabel("Hours that the old one signs, too").fill("1");
    await page.getByRole("dialog").getByRole("button", { name: "Make a new secret" }).click();
    await page.getByRole("button", { name: "I have stored it" }).click();
    await page.getByText("Older secrets sign until").waitFor();

    await page.getByRole("button", { name: "Send those of a time again" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Send again" }).click();
    await page.getByRole("dialog").getByText("1 message is sent again.").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
    await page.getByRole("searchbox", { name: "Message" }).fill("orders.create");
    await page.getByText("No delivery is like this").waitFor();
  },
);
