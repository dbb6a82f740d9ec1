import { bySeverity, type Diagnosis, type Finding } from "@plinth/core";
import type { Arrival, Check } from "../../kernel/check.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { loggedOf } from "../../kernel/logged.ts";

/** Findings of one check beyond this say nothing new. */
const MOST_OF_ONE = 20;

/** What is wrong with the caller's workspace; for owners of the server also with the server. The worst first. */
export async function diagnose(ctx: RequestContext, arrival: Arrival): Promise<Diagnosis[]> {
  const ofServer = ctx.principal.operator?.owner === true;
  const found: Diagnosis[] = [];
  // One after another: an answer that is seldom asked for must not take all connections.
  for (const check of checksOf(ctx.engine)) {
    if (check.scope === "workspace" || ofServer) found.push(...(await run(check, ctx, arrival)));
  }
  return bySeverity(found);
}

function checksOf({ features }: RequestContext["engine"]): Check[] {
  return features.flatMap((feature) => feature.checks ?? []);
}

/** A check that fails is a finding too: the others still run. */
async function run(check: Check, ctx: RequestContext, arrival: Arrival): Promise<Diagnosis[]> {
  try {
    const found = await check.find(ctx, arrival);
    const shown: Diagnosis[] = found.slice(0, MOST_OF_ONE).map((finding) => ({ check: check.name, ...finding }));
    if (found.length > MOST_OF_ONE) shown.push(more(check, found));
    return shown;
  } catch (error) {
    ctx.engine.log.error("a check could not be made", { ...loggedOf(ctx), check: check.name, error });
    const message = "This check could not be made. The server's log says why.";
    return [{ check: check.name, severity: "error", subject: "check", message, advice: "Look at the server's log." }];
  }
}

function more({ name, summary }: Check, found: readonly Finding[]): Diagnosis {
  const { severity, advice } = found[0]!;
  const message = `${found.length - MOST_OF_ONE} further findings of this kind: ${summary}.`;
  return { check: name, severity, subject: "more", message, advice };
}
