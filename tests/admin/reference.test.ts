import { requireAccessible } from "../pages/browser.ts";
import { withAdmin } from "./harness.ts";

const suite = await withAdmin();

suite.test(
  "a route is found, shown with code, and tried as the operator, a stranger and a key",
  async (admin, { page, allow }) => {
    allow("401");
    await admin.send("/api/operator/collections", { slug: "orders", fields: [{ name: "city", type: "text" }] });
    await admin.send("/api/operator/items/orders", { city: "Oslo" });
    const made = await admin.send("/api/operator/keys", { name: "site", kind: "secret" });
    await page.goto("/admin/t/default/reference");
    await page.getByRole("searchbox", { name: "Search routes" }).fill("get /api/items/orders");
    await page
      .getByRole("button", { name: /^GET \/api\/items\/orders / })
      .first()
      .click();
    await page.getByText("curl -G").or(page.getByText("curl '")).first().waitFor();
    await requireAccessible(page, page.url());
    const answer = page.getByRole("region", { name: "The answer" });
    const send = page.getByRole("button", { name: "Send request" });
    await send.click();
    await answer.getByText("200").waitFor();
    await answer.getByText('"Oslo"').waitFor();
    await page.getByRole("radio", { name: "Nobody" }).click();
    await send.click();
    await answer.getByText("401").waitFor();
    await page.getByRole("radio", { name: "A key" }).click();
    await page.getByLabel("Key", { exact: true }).fill(String(made.data.key));
    await send.click();
    await answer.getByText("200").waitFor();
  },
);
