import { countRunEnds } from "@plinth/db";
import type { Check } from "../../kernel/check.ts";

const DAY_MS = 86_400_000;
/** With fewer runs, a share says little. */
const FEWEST = 5;
const MOST_NAMES = 200;

/** What runs and mostly fails. */
export const RUN_CHECKS: readonly Check[] = [
  {
    name: "failing-runs",
    scope: "workspace",
    summary: "Functions, jobs, webhooks and flows of which most runs of the last day have failed",
    async find({ driver, principal, now }) {
      const counts = await countRunEnds(driver, principal.workspaceId, {
        since: now - DAY_MS,
        most: MOST_NAMES,
      });
      const failing = counts.filter(({ runs, failures }) => runs >= FEWEST && failures > runs / 2);
      return failing.map(({ kind, name, runs, failures }) => ({
        severity: "warning",
        subject: `${kind}:${name}`,
        message: `${failures} of the last ${runs} runs of the ${kind} ${name} have failed.`,
        advice: "Look at their errors.",
        command: `plinth runs list --kind ${kind} --name ${JSON.stringify(name)} --status failed`,
      }));
    },
  },
];
