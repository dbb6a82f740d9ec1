/** A second process for `bun.test.ts`: `<database> <times>` increments a counter in batches that read first. */
import { bunSqlite } from "../src/bun.ts";

const [path = "", times] = process.argv.slice(2);
const driver = bunSqlite({ path });
for (let i = 0; i < Number(times); i++) {
  await driver.batch([
    { sql: "select n from counter", params: [] },
    { sql: "update counter set n = n + 1", params: [] },
  ]);
}
await driver.close!();
