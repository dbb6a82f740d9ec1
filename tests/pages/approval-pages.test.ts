import { expect } from "bun:test";
import { until } from "@plinth/core/testing";
import { picture } from "./browser.ts";
import { address, asOperator, browserTest, mailedLink, open, send, withServer } from "./hosted.ts";
import { keyboardOf } from "./keyboard.ts";

/** How people answer what a flow asks them by mail, in a real browser. */

withServer();

browserTest("a question is read, and answered with a button, once", async () => {
  const headers = await asOperator();
  const flow = {
    permissions: { mail: true },
    nodes: [
      {
        ...{ id: "ok", type: "approval", question: "May order 7 be shipped?\nIt is over 1,000 EUR.", mail: true },
        ...{ details: { customer: "Ann" }, from: { addresses: ["boss@example.com"] } },
      },
    ],
  };
  await send("/api/flows/asks", flow, headers, "PUT");
  const started = (await (await send("/api/flows/asks/run", {}, headers)).json()) as { data: { id: string } };
  const run = async () =>
    (await (await fetch(`${address()}/api/flow-runs/${started.data.id}`, { headers })).json()) as {
      data: { state: string; result: object };
    };
  await until(async () => (await run()).data.state === "scheduled");
  const link = await mailedLink("boss@example.com", "Your approval is needed");
  const { page, faults, context } = await open();
  const { type, press } = keyboardOf(page);
  await page.goto(link);
  await page.getByText("It is over 1,000 EUR.").waitFor();
  await picture(page, "approval");
  await type("Comment (optional)", "Too much.");
  await press("Reject");
  await page.getByRole("status").filter({ hasText: "Your decision is stored." }).waitFor();
  await until(async () => (await run()).data.state === "succeeded");
  const decisions = [{ decision: "reject", comment: "Too much.", via: "mail" }];
  expect((await run()).data.result).toMatchObject({ outcome: "rejected", decisions });
  await page.goto(link);
  await page.getByText("This has been rejected.").waitFor();
  await picture(page, "approval-decided");
  await page.goto(`${link}x`);
  await page.getByText("This link is not valid any more.").waitFor();
  expect(faults).toEqual([]);
  await context.close();
});
