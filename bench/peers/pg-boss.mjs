/**
 * pg-boss with its fastest settings (woken by NOTIFY, full batches without a pause), as a program of its own, for bench/jobs.ts: it does jobs and tells the standard output when each began.
 * Its package is in `.cache`, and named by the first argument.
 */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, connectionString, concurrency] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/`));
const { PgBoss } = await import(pathToFileURL(require.resolve("pg-boss")).href);
const boss = new PgBoss({ connectionString, useListenNotify: true });
boss.on("error", (error) => console.error(String(error)));
await boss.start();
await boss.createQueue("bench", { notify: true });

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const commands = {
  send: ({ data }) => boss.send("bench", data),
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
  stop: async () => {
    await boss.stop({ graceful: false });
    process.exit(0);
  },
};
say({ ready: true });
let rest = "";
for await (const chunk of process.stdin) {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  for (const line of lines) {
    const { command, ...input } = JSON.parse(line);
    await commands[command](input);
    say({ done: command });
  }
}
