/** A worker of Plinth's client, as a program of its own: it does jobs and says on the standard output when each began. Arguments: URL, key, jobs at once. */
import { createClient } from "../../packages/client/src/index.ts";
import { jobs } from "../../packages/client/src/jobs/index.ts";

const [url, key, concurrency] = process.argv.slice(2);
const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
say({ ready: true });
for await (const line of console) {
  const { id } = JSON.parse(line) as { id: number };
  jobs(createClient({ url: url!, key: key! })).work(
    "default",
    ({ payload }) => {
      say({ began: payload, at: Date.now() });
    },
    { concurrency: Number(concurrency) },
  );
  say({ id });
}
