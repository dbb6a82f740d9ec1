import type { Finding } from "@plinth/core";
import { consumerLags, readDatabaseClock } from "@plinth/db";
import type { Check } from "../../kernel/check.ts";
import { type LargeScan, largeScansOf } from "../../read/slow-queries.ts";

const MOST_SKEW_MS = 5000;
const MOST_LAG_MS = 10 * 60_000;

/** Work that should go on by itself, and what the database says. */
export const UPKEEP_CHECKS: readonly Check[] = [
  {
    name: "database-clock",
    scope: "server",
    summary: `The clocks of server and database differ by more than ${MOST_SKEW_MS / 1000} seconds`,
    async find({ engine, driver }) {
      const before = engine.clock.now();
      const theirs = await readDatabaseClock(driver);
      const after = engine.clock.now();
      const skew = theirs < before ? theirs - before : Math.max(0, theirs - after);
      if (Math.abs(skew) <= MOST_SKEW_MS) return [];
      return [
        {
          severity: "error",
          subject: "clock",
          message: `The database's clock is ${Math.round(Math.abs(skew) / 1000)} seconds ${skew > 0 ? "ahead of" : "behind"} the server's. Sessions, limits and the change log use both.`,
          advice: "Let both machines set their clocks by NTP.",
        },
      ];
    },
  },
  {
    name: "late-consumers",
    scope: "workspace",
    summary: "Readers of the change log that are late, or whose changes will be deleted before they read them",
    async find({ engine, driver, principal }) {
      const lags = await consumerLags(driver, principal.workspaceId);
      const keepMs = engine.config.changesKeepHours * 3_600_000;
      return lags
        .filter(({ ms }) => ms > MOST_LAG_MS)
        .map(({ name, ms, held }) => ({
          severity: ms > keepMs / 2 ? ("error" as const) : ("warning" as const),
          subject: `consumer:${name}`,
          message: `"${name}" has not read changes for ${Math.round(ms / 60_000)} minutes${held ? "" : ", and no process reads for it"}. They are kept for ${engine.config.changesKeepHours} hours.`,
          advice:
            "Look for its errors in the server's log; on hosts that keep no process, check that ticks come (docs/adding-a-feature.md).",
        }));
    },
  },
  {
    name: "missing-indexes",
    scope: "workspace",
    summary: "Queries since the start that read or sort many items for want of an index",
    find: (ctx) => largeScansOf(ctx).map(missing),
  },
];

function missing({ collection, index, what }: LargeScan): Finding {
  return {
    severity: index === null ? "note" : "warning",
    subject: `collection:${collection.slug}`,
    message: `A query of "${collection.slug}" ${what}.`,
    advice:
      index === null
        ? "No index would help. Narrow the filter, or ask less often."
        : `Add an index on ${index} (docs/indexes.md).`,
  };
}
