import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { picture } from "./browser.ts";
import { asOperator, browserTest, open, PASSWORD, send, withServer } from "./hosted.ts";

/** The challenge on hosted pages. Its provider is a stand-in with the documented functions, on the provider's addresses. */

withServer();

const SITE_KEY = "1x00000000000000000000AA";

/** Solved at once, a new token after each reset; it says in the page what it was given. */
const standIn = (api: string) => `
let solved = 0;
window.${api} = {
  render(box, options) {
    box.textContent = "Challenge: " + [options.sitekey, options.action, options.size].join(" ");
    box.addEventListener("click", () => { box.dataset.token = "token " + ++solved; });
    this.box = box;
    return "widget-1";
  },
  getResponse(id) { return id === "widget-1" ? (this.box.dataset.token ?? "") : undefined; },
  reset(id) { if (id === "widget-1") delete this.box.dataset.token; },
};
window[new URL(document.currentScript.src).searchParams.get("onload")]();
`;

/** The tokens that the page sends, whose requests are answered here as refused. */
async function watch(page: Page, addresses: string, api: string): Promise<string[]> {
  const sent: string[] = [];
  await page.route(addresses, (route) => route.fulfill({ contentType: "text/javascript", body: standIn(api) }));
  await page.route("**/api/**/sign-up/email", async (route) => {
    sent.push((await route.request().headerValue("x-captcha-response")) ?? "none");
    await route.fulfill({ status: 403, json: { error: { code: "CAPTCHA_FAILED", message: "no", details: {} } } });
  });
  return sent;
}

for (const { provider, addresses } of [
  { provider: "turnstile", addresses: "https://challenges.cloudflare.com/**" },
  { provider: "hcaptcha", addresses: "https://js.hcaptcha.com/**" },
]) {
  browserTest(`a page shows the challenge of ${provider}, and sends each answer once`, async () => {
    const captcha = { provider, site_key: SITE_KEY, secret: "a secret for tests" };
    await send("/api/auth-settings", { captcha }, await asOperator(), "PATCH");
    const { page, faults, context } = await open();
    const sent = await watch(page, addresses, provider);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto("/sign-up");
    await page.getByText(`Challenge: ${SITE_KEY} sign_up compact`).waitFor();
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.reload();
    const challenge = page.getByText(`Challenge: ${SITE_KEY} sign_up normal`);
    await challenge.waitFor();
    await picture(page, `sign-up-${provider}`);
    await page.getByLabel("Name").fill("Ada");
    await page.getByLabel("Email").fill("ada@example.com");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    const signUp = page.getByRole("button", { name: "Sign up" });
    const refused = page.getByRole("alert").filter({ hasText: "Please show first that you are not a program." });
    await signUp.click();
    await refused.waitFor();
    expect(sent).toEqual([]);
    await challenge.click();
    await signUp.click();
    await refused.waitFor();
    await page.locator("[data-token]").waitFor({ state: "detached" });
    expect(sent).toEqual(["token 1"]);
    await challenge.click();
    await signUp.click();
    await page.locator("[data-token]").waitFor({ state: "detached" });
    expect(sent).toEqual(["token 1", "token 2"]);
    for (const fault of faults) expect(fault).toStartWith(addresses.replace("**", ""));
    await context.close();
  });
}
