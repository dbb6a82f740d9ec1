import { expect } from "bun:test";
import { withAdmin } from "./harness.ts";

/** Documents are tried, also as somebody else, and trusted; what somebody else saves meanwhile takes nothing away. */

const suite = await withAdmin();

suite.test(
  "a document that was typed stays when it is tried as somebody else, and is trusted alone",
  async ({ send }, { page }) => {
    await page.goto("/admin/t/default/graphql?as=anonymous");
    const text = page.getByRole("textbox", { name: "Document" });
    await text.fill("query Kept { __typename }");
    await page.getByText("mutations are refused").waitFor();
    const variables = page.getByRole("textbox", { name: "Variables" });
    await variables.fill("nothing");
    await page.getByText("Write a JSON object with a value for each variable").waitFor();
    await variables.fill("");
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("mutations are refused").waitFor({ state: "detached" });
    expect(await text.textContent()).toBe("query Kept { __typename }");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText('"Query"').waitFor();

    await page.getByRole("tab", { name: "Settings" }).click();
    await page.getByText("No document is trusted yet.").waitFor();
    // Somebody else, whose page this one has not heard of.
    await send("/api/operator/graphql-settings", { trusted: ["{ other: __typename }"] }, "PATCH");
    await page.getByRole("button", { name: "Trust the document of the first tab" }).click();
    const documents = page.getByRole("region", { name: "Trusted documents" }).getByRole("listitem");
    await documents.filter({ hasText: "query Kept" }).waitFor();
    await documents.filter({ hasText: "other:" }).getByRole("button", { name: "Remove" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await documents.filter({ hasText: "other:" }).waitFor({ state: "detached" });
    expect(await documents.count()).toBe(1);
    await page.getByRole("tab", { name: "Document" }).click();
    await page.getByText('"Query"').waitFor();
  },
);

suite.test(
  "of the settings of AI models only what was typed is saved, beside what somebody else has saved",
  async ({ send }, { page }) => {
    const change = (body: object) => send("/api/operator/ai-settings", body, "PATCH");
    await change({ url: "https://models.example.com/v1", key: "k", chat_models: ["small"], tokens_a_day: 1000 });
    await page.goto("/admin/t/default/ai");
    await page.getByRole("textbox", { name: "Models for chats" }).fill("small large");
    await change({ tokens_a_day: 5000 });
    // As if the window were looked at again a minute later.
    await page.evaluate("{ const { now } = Date; Date.now = () => now() + 60_000; }");
    await page.evaluate(`document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))`);
    await page.getByText("of 5,000 tokens").waitFor();
    expect(await page.getByLabel("Tokens within 24 hours").inputValue()).toBe("5000");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("The settings are saved").waitFor();
    const { data } = await send("/api/operator/ai-settings", undefined, "GET");
    expect(data).toMatchObject({ chat_models: ["small", "large"], tokens_a_day: 5000 });
  },
);
