import { invalid, PlinthError } from "@plinth/core";
import { commit } from "../../commit/commit.ts";
import { recordOf } from "../../identity/security-events.ts";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { textCipher } from "../../kernel/text-cipher.ts";
import { requireFunction } from "./deploy.ts";
import { deleteSecretQuery, listSecretRows, putSecretQuery, type SecretRow } from "./repository.ts";
import { secretName } from "./settings.ts";

const cipher = textCipher("secrets of functions");
const MAX_SECRETS = 50;

const idOf = (functionId: string, name: string): string => `${functionId}:${name}`;

/** The value is stored encrypted and never returned. All versions read it, from their next run on. */
export async function putFunctionSecret(
  ctx: RequestContext,
  name: string,
  secret: string,
  value: string,
): Promise<{ name: string }> {
  const { driver, engine, now } = ctx;
  const checked = secretName.safeParse(secret);
  if (!checked.success) throw invalid("secret", checked.error.issues[0]!.message);
  const { id: functionId, workspaceId } = await requireFunction(ctx, name);
  const others = (await listSecretRows(driver, functionId)).filter((row) => row.name !== secret);
  if (others.length >= MAX_SECRETS)
    throw new PlinthError("LIMIT_EXCEEDED", `A function may have ${MAX_SECRETS} secrets.`);
  const encrypted = await cipher.encrypt(engine, idOf(functionId, secret), value);
  const queries = [
    putSecretQuery(driver, { functionId, workspaceId, name: secret, value: encrypted, updatedAt: now }),
    recordOf(ctx, { type: "function_secret_change", target: `function:${name}`, detail: { name: secret } }),
  ];
  return commit(ctx, { queries, data: { name: secret } });
}

export async function deleteFunctionSecret(
  ctx: RequestContext,
  name: string,
  secret: string,
): Promise<{ name: string }> {
  const { id } = await requireFunction(ctx, name);
  const known = await listSecretRows(ctx.driver, id);
  if (!known.some((row) => row.name === secret)) throw new PlinthError("NOT_FOUND", "There is no such secret.");
  const queries = [
    deleteSecretQuery(ctx.driver, id, secret),
    recordOf(ctx, { type: "function_secret_delete", target: `function:${name}`, detail: { name: secret } }),
  ];
  return commit(ctx, { queries, data: { name: secret } });
}

/** The values by their names, for a run. */
export async function secretValues(engine: Engine, rows: readonly SecretRow[]): Promise<Record<string, string>> {
  const values = await Promise.all(
    rows.map(async ({ functionId, name, value }) => [
      name,
      await cipher.decrypt(engine, idOf(functionId, name), value),
    ]),
  );
  return Object.fromEntries(values);
}
