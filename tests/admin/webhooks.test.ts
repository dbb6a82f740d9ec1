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
    await row.getByText("Failed").waitFor();
    await row.getByRole("button", { name: "webhook.test" }).click();
    await page.getByRole("heading", { name: "What was sent" }).waitFor();
    await page.getByText("No answer").waitFor();
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: "Turn off" }).click();
    await page.getByRole("button", { name: "Turn on" }).waitFor();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("No webhooks yet").waitFor();
  },
);
