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

  // A card of a narrow window opens wherever it is pressed, by the one link that it has.
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto("/admin/t/default/jobs?state=cancelled");
  const card = page.getByRole("row").filter({ hasText: "receipt" });
  await card.getByText("0 / 5").click({ force: true });
  await page.getByRole("heading", { name: "receipt" }).waitFor();
});

suite.test("why a job could not be done is said with what to do about it in the admin", async ({ send }, { page }) => {
  const of = (path: string) => `/api/operator/${path}`;
  await page.goto("/admin/t/default/jobs/new");
  await page.getByLabel("The server").click();
  await page.getByText("there is no secret for that yet").waitFor();
  const payload = { url: "https://nobody.invalid/hook", data: {} };
  const { data: job } = await send(of("jobs"), { kind: "http", payload, max_attempts: 1 });
  await page.goto(`/admin/t/default/jobs/${job.id}`);
  const problem = page.getByRole("status").filter({ hasText: "this workspace has no secret for that" });
  await problem.getByRole("link", { name: "Open the secret of the hooks" }).click();
  await page.getByRole("button", { name: "Make a secret" }).click();
  await page.getByText("Copy it now").waitFor();
  await page.goBack();
  await page.getByRole("button", { name: "Run again" }).click();
  await page
    .getByRole("status")
    .filter({ hasText: /The name in the address was not found|cannot be reached/ })
    .waitFor();
});

suite.test(
  "a queue is limited, paused and resumed, and many of its jobs run again or are cancelled",
  async (admin, tab) => {
    const { page } = tab;
    const { send } = admin;
    const of = (path: string) => `/api/operator/${path}`;
    for (const name of ["letter", "card", "card"]) await send(of("jobs"), { queue: "mail", name, max_attempts: 1 });
    const claimed = await send<{ data: { id: string; lease: string }[] }>(of("job-queues/mail/claim"), { limit: 1 });
    const [letter] = claimed.data;
    await send(of(`jobs/${letter!.id}/fail`), { lease: letter!.lease, error: "No paper", retry: false });

    await page.goto("/admin/t/default/jobs");
    await page.getByRole("link", { name: "Queues" }).click();
    // The list of jobs, which names their queues too, stands until that of queues is here.
    await page.getByRole("columnheader", { name: "Waits longest" }).waitFor();
    await page.getByRole("row").filter({ hasText: "mail" }).getByRole("link", { name: "mail" }).click();
    await page.getByRole("heading", { name: "mail", level: 1 }).waitFor();
    await page.getByLabel("Jobs that begin").fill("100");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Write both, or neither: seconds up to a day.").waitFor();
    await page.getByLabel("within so many seconds").fill("60");
    await page.getByLabel("Days that done jobs are kept").fill("2");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("The settings are saved").waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Resume" }).waitFor();
    const { data } = await send(of("job-queues/mail"));
    expect(data).toMatchObject({
      ...{ paused: true, concurrency: null, rate_limit: { jobs: 100, seconds: 60 } },
      keep_succeeded_seconds: 2 * 86_400,
    });

    await page.getByRole("button", { name: "Run failed ones again" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Run again" }).click();
    await page.getByRole("dialog").getByText("1 job runs again.").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Cancel waiting ones" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("card");
    await page.getByRole("dialog").getByRole("button", { name: "Yes, cancel them" }).click();
    await page.getByRole("dialog").getByText("2 jobs are cancelled.").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
    await page.getByRole("definition").filter({ hasText: "2" }).getByRole("link").click();
    await page.getByRole("row").filter({ hasText: "card" }).first().waitFor();
  },
);
