/** A worker that hangs between two steps of a job, until it is killed: `bun mortal-worker.ts URL KEY`. */
import { createClient } from "../../packages/client/src/index.ts";
import { jobs } from "../../packages/client/src/jobs/index.ts";

const [url, key] = process.argv.slice(2) as [string, string];

jobs(createClient({ url, key })).work("default", async ({ step }) => {
  await step.run("pay", () => ({ paid: process.pid }));
  console.log("paid");
  await new Promise(() => {});
});
