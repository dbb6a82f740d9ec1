import { invalid, PlinthError } from "@plinth/core";
import { commit } from "../../commit/commit.ts";
import { recordOf } from "../../identity/security-events.ts";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { textCipher } from "../../kernel/text-cipher.ts";
import * as z from "../../kernel/zod.ts";
import { requireFlow } from "./find-flow.ts";
import { flowTarget } from "./flow-triggers.ts";
import { deleteFlowSecretQuery, type FlowSecretRow, listFlowSecretRows, putFlowSecretQuery } from "./repository.ts";

const cipher = textCipher("secrets of flows");
const MAX_SECRETS = 50;
const NAME = /^[A-Z][A-Z0-9_]{0,63}$/;

export const flowSecretSchema = z.strictObject({ value: z.string().min(1).max(8192) });

const idOf = (flowId: string, name: string): string => `${flowId}:${name}`;

/** The value is stored encrypted and never returned. Runs read it from then on. */
export async function putFlowSecret(ctx: RequestContext, name: string, secret: string, value: string) {
  const { driver, engine, now } = ctx;
  if (!NAME.test(secret)) throw invalid("secret", "must begin with A-Z and have only A-Z, 0-9 and _");
  const { id: flowId, workspaceId } = await requireFlow(ctx, name);
  const others = (await listFlowSecretRows(driver, flowId)).filter((row) => row.name !== secret);
  if (others.length >= MAX_SECRETS) throw new PlinthError("LIMIT_EXCEEDED", `A flow may have ${MAX_SECRETS} secrets.`);
  const encrypted = await cipher.encrypt(engine, idOf(flowId, secret), value);
  const queries = [
    putFlowSecretQuery(driver, { flowId, workspaceId, name: secret, value: encrypted, updatedAt: now }),
    recordOf(ctx, { type: "flow_secret_change", target: flowTarget(name), detail: { name: secret } }),
  ];
  return commit(ctx, { queries, data: { name: secret } });
}

export async function deleteFlowSecret(ctx: RequestContext, name: string, secret: string) {
  const { id } = await requireFlow(ctx, name);
  const known = await listFlowSecretRows(ctx.driver, id);
  if (!known.some((row) => row.name === secret)) throw new PlinthError("NOT_FOUND", "There is no such secret.");
  const queries = [
    deleteFlowSecretQuery(ctx.driver, id, secret),
    recordOf(ctx, { type: "flow_secret_delete", target: flowTarget(name), detail: { name: secret } }),
  ];
  return commit(ctx, { queries, data: { name: secret } });
}

/** The values by their names, for a run. */
export async function flowSecretValues(
  engine: Engine,
  rows: readonly FlowSecretRow[],
): Promise<Record<string, string>> {
  const values = rows.map(async ({ flowId, name, value }) => {
    return [name, await cipher.decrypt(engine, idOf(flowId, name), value)] as const;
  });
  return Object.fromEntries(await Promise.all(values));
}
