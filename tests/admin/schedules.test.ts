import { expect } from "bun:test";
import { withAdmin } from "./harness.ts";

/** Schedules, as somebody makes, changes, runs, pauses and deletes them in the admin. */

const suite = await withAdmin();

suite.test("a schedule is made with its next times, run by hand, changed, paused and deleted", async (admin, tab) => {
  const { page, allow } = tab;
  allow("422", "404");
  await page.goto("/admin/t/default/schedules");
  await page.getByText("No schedules yet").waitFor();
  await page.getByRole("button", { name: "New schedule" }).first().click();
  await page.getByLabel(/^Name(?! of)/).fill("Report");
  const times = page.getByLabel(/^Times(?! that)/);
  await times.fill("0 25 * * *");
  await page.getByRole("button", { name: "Create schedule" }).click();
  await page.locator("[aria-invalid=true]").waitFor();
  await times.fill("0 7 1 1 *");
  await page.getByRole("listitem").filter({ hasText: "7:00:00" }).first().waitFor();
  await page.getByLabel("Name of the job").fill("report");
  await page.getByRole("button", { name: "Create schedule" }).click();
  await page.getByRole("heading", { name: "Report" }).waitFor();
  await page.getByText("It has started nothing yet").waitFor();

  await page.getByRole("button", { name: "Run now" }).click();
  // Of the job: the schedule's has a capital letter.
  await page.getByRole("heading", { name: "report", exact: true }).waitFor();
  await page.goBack();
  await page.getByRole("row").filter({ hasText: "By hand" }).getByRole("link", { name: "Ada" }).waitFor();
  await page.getByRole("button", { name: "Change" }).click();
  await page.getByLabel(/^Name(?! of)/).fill("Yearly report");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "Yearly report" }).waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByText("Paused").waitFor();
  const { data } = await admin.send<{ data: Record<string, unknown>[] }>("/api/operator/schedules");
  expect(data).toMatchObject([{ name: "Yearly report", enabled: false, job: { name: "report", kind: "task" } }]);

  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("No schedules yet").waitFor();
});

suite.test(
  "a function is chosen among those that there are, and one that cannot work is told of before",
  async (admin, tab) => {
    const { page } = tab;
    const of = (path: string) => `/api/operator/${path}`;
    const source = "export default async ({ request }) => request.json();";
    await admin.send(of("deployments/tidy"), { source }, "PUT");
    await page.goto("/admin/t/default/schedules/new");
    await page.getByLabel(/^Name(?! of)/).fill("Tidying");
    await page.getByRole("combobox", { name: "Who does it" }).click();
    await page.getByRole("option", { name: "A function" }).click();
    await page.getByLabel("Function").click();
    await page.getByRole("option", { name: "tidy" }).click();
    await page.getByText(/its code uses request/).waitFor();
    await page.getByRole("button", { name: "Create schedule" }).click();
    await page.getByRole("heading", { name: "Tidying" }).waitFor();
    await page.getByRole("definition").getByRole("link", { name: "tidy" }).click();
    await page.getByText(/It is started by the schedule Tidying/).waitFor();
    await page.getByRole("button", { name: "Delete", exact: true }).first().click();
    await page.getByText(/It is used by the schedule Tidying/).waitFor();
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }).click();

    await admin.send(of("deployments/tidy"), undefined, "DELETE");
    await page.goto("/admin/t/default/schedules");
    await page.getByRole("link", { name: "Tidying" }).click();
    await page.getByRole("status").filter({ hasText: "There is no function tidy." }).waitFor();
  },
);
