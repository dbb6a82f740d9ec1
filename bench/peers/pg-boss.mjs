/**
 * pg-boss with its fastest settings (woken by NOTIFY, full batches without a pause), as a program of its own: it does jobs and says on the standard output when each began.
 * Its package is in `.cache`, and named by the first argument. A job of a worker that has died is done again after a minute, as in Plinth.
 */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const LEASE_SECONDS = 60;
const [folder, connectionString, concurrency] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/`));
const { PgBoss } = await import(pathToFileURL(require.resolve("pg-boss")).href);
const boss = new PgBoss({ connectionString, useListenNotify: true });
boss.on("error", (error) => console.error(String(error)));
await boss.start();
await boss.createQueue("bench", { notify: true, expireInSeconds: LEASE_SECONDS, retryLimit: 100 });

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const commands = {
  send: ({ n }) => boss.send("bench", { n }),
  insert: ({ from, count }) =>
    boss.insert(
      "bench",
      Array.from({ length: count }, (_, i) => ({ data: { n: from + i } })),
    ),
  work: async () => {
    const options = { batchSize: Number(concurrency), pollingIntervalSeconds: 0.5, burstWhenBatchFull: true };
    await boss.work("bench", options, async (jobs) => {
      for (const { data } of jobs) say({ began: data.n, at: Date.now() });
    });
  },
};
say({ ready: true });
let rest = "";
for await (const chunk of process.stdin) {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  for (const line of lines) {
    const { id, command, ...input } = JSON.parse(line);
    commands[command](input).then(
      () => say({ id }),
      (error) => say({ id, failed: String(error) }),
    );
  }
}
// Whoever has started it is gone.
process.exit(0);
