/**
 * `bun bench/webhooks.ts [--postgres] [--rate 200] [--seconds 60] [--kills 20]`: writes at a steady rate while webhooks send them to three receivers: one good, one that takes two
 * seconds, and one that is not there. Servers are killed (SIGKILL) and started again; on Postgres there are two over one database. In the end the good receiver must have exactly
 * the changes of the log, each under one id. It may have received an id more than once.
 */
import { parseArgs } from "node:util";
import { compareWithLog, type LoggedChange, startReceivers } from "./kills/receivers.ts";
import { quantiles, startKilledServers, writeSteadily } from "./kills/servers.ts";

const { values } = parseArgs({
  options: {
    postgres: { type: "boolean", default: false },
    rate: { type: "string", default: "200" },
    seconds: { type: "string", default: "60" },
    kills: { type: "string", default: "20" },
    "wait-minutes": { type: "string", default: "20" },
  },
});
const [rate, seconds, kills] = [Number(values.rate), Number(values.seconds), Number(values.kills)];
const WAIT_MS = Number(values["wait-minutes"]) * 60_000;

const servers = await startKilledServers({ postgres: values.postgres });
await servers.must("/api/collections", { slug: "events", fields: [{ name: "n", type: "integer" }] });
const receivers = await startReceivers(servers, "events");
const [{ acknowledged, unknown }] = await Promise.all([
  writeSteadily({ rate, seconds }, (n) => servers.send("/api/items/events", { n }, n)),
  servers.kill(kills, seconds),
]);

const log = await servers.all<LoggedChange>("/api/changes?collection=events&limit=1000");
const written = performance.now();
while (receivers.good.size < log.length && performance.now() - written < WAIT_MS) await Bun.sleep(250);
const allAfterMs = Math.round(performance.now() - written);
// Whatever comes now is too much.
await Bun.sleep(5000);
const messages = [...receivers.good.values()];
const good = compareWithLog(log, messages);
const lost = acknowledged - log.length;
console.log({
  database: servers.name,
  ...{ rate, seconds, kills, acknowledged, unknown, changes: log.length, good },
  delayMs: quantiles(messages.map(({ delayMs }) => delayMs)),
  ...{ allAfterMs, slow: receivers.slow.size },
});
await servers.close();
await receivers.close();
process.exit(good.missing + good.strange > 0 || lost > 0 ? 1 : 0);
