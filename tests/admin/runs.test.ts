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
  },
);
