import { withAdmin } from "./harness.ts";

/** The log of runs, as somebody finds out why a function has failed. */

const suite = await withAdmin();

suite.test(
  "a run that has failed is found, with the part that failed and the way to its function",
  async ({ send }, { page }) => {
    const of = (path: string) => `/api/operator/${path}`;
    await page.goto("/admin/t/default/runs");
    await page.getByText("Nothing has run yet").waitFor();

    await send(of("collections"), { slug: "orders", fields: [{ name: "n", type: "integer" }] });
    const source = `export default async ({ db }) => {
    console.log("looking");
    return db.get("orders", "0190a000-0000-7000-8000-000000000000");
  };`;
    const permissions = { as: "system", actions: ["read"], collections: ["orders"] };
    await send(of("deployments/find-order"), { source, permissions }, "PUT");
    await send(of("functions/find-order"), {}).catch(() => {});
    // The list follows what runs.
    await page.getByRole("link", { name: "find-order" }).click();
    await page.getByRole("heading", { name: "find-order" }).waitFor();
    await page.getByText("looking").waitFor();
    await page.getByRole("listitem").filter({ hasText: "db.get" }).filter({ hasText: "orders" }).waitFor();
    await page.getByRole("link", { name: "Function · find-order" }).click();
    await page.getByRole("tab", { name: "Runs" }).waitFor();

    await page.goto("/admin/t/default/runs?kind=function&status=succeeded");
    await page.getByText("No run is like this").waitFor();

    await send(of("deployments/try-order"), { source: "export default () => { throw new Error('no'); }" }, "PUT");
    await send(of("jobs"), { kind: "function", name: "try-order", max_attempts: 1 });
    await page.goto("/admin/t/default/runs?name=try-order");
    await page.getByRole("combobox", { name: "Time" }).click();
    await page.getByRole("option", { name: "Last hour" }).click();
    const failed = page.getByRole("row").filter({ hasText: "try-order" });
    await failed.filter({ hasText: "Stored job" }).getByRole("link").first().click();
    await page.getByRole("definition").getByRole("link", { name: "Ada" }).waitFor();
    await page.getByRole("button", { name: "Run again" }).click();
    await page.getByText("It runs again").waitFor();
    await page.goto("/admin/t/default/runs?name=try-order&kind=job");
    await failed.nth(1).waitFor();
    await page.goto("/admin/t/default/runs?time=between&until=2020-01-01T00:00:00.000Z");
    await page.getByText("No run is like this").waitFor();
  },
);
