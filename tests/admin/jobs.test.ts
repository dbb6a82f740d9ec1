import { expect } from "bun:test";
import { withAdmin } from "./harness.ts";

/** Jobs, as somebody adds, watches, repeats and cancels them in the admin. */

const suite = await withAdmin();

suite.test("a job is added, seen at work, failed, run again and cancelled", async ({ send }, { page }) => {
  const of = (path: string) => `/api/operator/${path}`;
  await page.goto("/admin/t/default/jobs");
  await page.getByText("No jobs yet").waitFor();
  await page.getByRole("button", { name: "Add a job" }).first().click();
  await page.getByRole("button", { name: "Add the job" }).click();
  await page.getByText("Write a name of 1 to 100 characters.").waitFor();
  await page.getByLabel("Name").fill("receipt");
  await page.getByRole("button", { name: "Add the job" }).click();
  await page.getByRole("heading", { name: "receipt" }).waitFor();
  await page.getByText("Waiting").waitFor();

  const claimed = await send<{ data: { id: string; lease: string; name: string }[] }>(of("job-queues/default/claim"), {
    worker: "mailer",
  });
  const [job] = claimed.data;
  expect(job).toMatchObject({ name: "receipt" });
  await send(of(`jobs/${job!.id}/steps`), { lease: job!.lease, name: "account", result: { id: 7 } });
  await page.getByText("Running").waitFor();
  await page.getByRole("row").filter({ hasText: "account" }).waitFor();
  await send(of(`jobs/${job!.id}/fail`), { lease: job!.lease, error: "No paper", retry: false });
  await page.getByRole("status").filter({ hasText: "No paper" }).waitFor();

  await page.getByRole("button", { name: "Run again" }).click();
  await page.getByText("Waiting").waitFor();
  await page.getByRole("button", { name: "Cancel the job" }).click();
  await page.getByRole("button", { name: "Yes, cancel it" }).click();
  await page.getByText("Cancelled", { exact: true }).waitFor();

  await page.goto("/admin/t/default/jobs?state=dead");
  await page.getByText("No job is like this").waitFor();
});
