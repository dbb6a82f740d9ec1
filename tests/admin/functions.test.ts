import { expect } from "bun:test";
import { withAdmin } from "./harness.ts";

/** Functions, as somebody writes, tries, changes and takes one back in the admin. */

const suite = await withAdmin();

suite.test("a function is deployed, called, changed, rolled back and deleted", async ({ send }, { page, allow }) => {
  allow("422", "404");
  await page.goto("/admin/t/default/functions");
  await page.getByText("No functions yet").waitFor();
  await page.getByRole("button", { name: "New function" }).first().click();
  await page.getByLabel("Name").fill("Hello");
  await page.getByRole("button", { name: "Deploy" }).click();
  await page.getByText("Begin with a letter").waitFor();
  await page.getByLabel("Name").fill("hello");
  await page.getByRole("button", { name: "Deploy" }).click();
  await page.getByRole("heading", { name: "hello" }).waitFor();

  await page.getByRole("tab", { name: "Try it" }).click();
  await page.getByRole("button", { name: "Send request" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Send" }).click();
  await page.getByText('"hello": "world"').waitFor();
  await page.getByRole("tab", { name: "Runs" }).click();
  await page.getByRole("row").filter({ hasText: "Done" }).waitFor();

  await page.getByRole("tab", { name: "Code" }).click();
  const code = page.getByRole("textbox", { name: "Code" });
  await code.click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText("export default () => {{");
  await page.getByRole("button", { name: "Deploy" }).click();
  await page.getByText(/SyntaxError/).waitFor();
  await code.click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText("export default () => 7;");

  await page.getByRole("tab", { name: "Rights and limits" }).click();
  await page.getByRole("combobox", { name: "Who may call it" }).click();
  await page.getByRole("option", { name: "Everybody" }).click();
  await page.getByRole("button", { name: "Deploy" }).click();
  await page.getByText("http.auth: public").waitFor();
  await page.getByRole("alertdialog").getByRole("button", { name: "Deploy" }).click();
  await page.getByText("Version 2", { exact: true }).waitFor();
  expect(await send("/api/functions/hello", {})).toEqual({ data: 7 } as never);

  await page.getByRole("tab", { name: "Versions" }).click();
  await page.getByRole("row").filter({ hasText: "Administrators" }).getByRole("button").click();
  await page.getByRole("menuitem", { name: "Let it answer" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Let it answer" }).click();
  await page.getByText("Version 1", { exact: true }).waitFor();

  await page.getByRole("tab", { name: "Secrets" }).click();
  await page.getByLabel("Name").fill("MAIL_KEY");
  await page.getByLabel("Value").fill("shown to nobody");
  await page.getByRole("button", { name: "Store secret" }).click();
  await page.getByRole("row").filter({ hasText: "MAIL_KEY" }).waitFor();

  await page.getByRole("button", { name: "Delete", exact: true }).first().click();
  await page.getByRole("alertdialog").getByRole("textbox").fill("hello");
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("No functions yet").waitFor();
});

suite.test(
  "the models that functions ask are chosen, tried and taken away, and the key is never shown",
  async (admin, tab) => {
    const { page } = tab;
    const of = (path: string) => `/api/operator/${path}`;
    await page.goto("/admin/t/default/ai");
    await page.getByText("No AI models yet").waitFor();
    await page.getByRole("button", { name: "Choose an endpoint" }).click();
    await page.getByLabel("Address").fill("http://models.invalid");
    await page.getByLabel("Models for chats").fill("small, large");
    await page.getByLabel("Tokens within 24 hours").fill("5000");
    await page.getByLabel("Key").fill("sk-written-once");
    tab.allow("422");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("must be an https address").waitFor();
    await page.getByLabel("Address").fill("https://models.invalid/v1");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("0 of 5,000 tokens").waitFor();
    await page.getByText("Stored, encrypted").waitFor();
    expect(await page.getByLabel("Key").inputValue()).toBe("");
    expect(await admin.send(of("ai-settings"))).toMatchObject({
      data: { chat_models: ["small", "large"], has_key: true },
    });
    await page.getByRole("button", { name: "Ask the models" }).click();
    await page.getByRole("listitem").filter({ hasText: "small" }).filter({ hasText: "Failed" }).waitFor();
    await page.getByRole("button", { name: "Remove the endpoint" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("No AI models yet").waitFor();
  },
);
