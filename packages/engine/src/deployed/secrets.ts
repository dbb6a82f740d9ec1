import { invalid, PlinthError, type SqlDriver, type SqlQuery } from "@plinth/core";
import { commit } from "../commit/commit.ts";
import { recordOf } from "../identity/security-events.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { textCipher } from "../kernel/text-cipher.ts";

const MAX_SECRETS = 50;
const NAME = /^[A-Z][A-Z0-9_]{0,63}$/;

/** A secret with its encrypted value. */
export interface StoredSecret {
  readonly name: string;
  readonly value: string;
}

/** Where the secrets of one kind of thing are stored that users deploy. */
interface SecretTable {
  readonly kind: "function" | "flow";
  /** Throws where there is none of this name. */
  owner(ctx: RequestContext, name: string): Promise<{ readonly id: string; readonly workspaceId: string }>;
  list(driver: SqlDriver, ownerId: string): Promise<readonly StoredSecret[]>;
  put(
    driver: SqlDriver,
    owner: { readonly id: string; readonly workspaceId: string },
    row: StoredSecret & { readonly updatedAt: number },
  ): SqlQuery;
  remove(driver: SqlDriver, ownerId: string, name: string): SqlQuery;
}

export interface DeployedSecrets {
  /** The value is stored encrypted and never returned. All versions read it, from their next run on. */
  put(ctx: RequestContext, name: string, secret: string, value: string): Promise<{ name: string }>;
  remove(ctx: RequestContext, name: string, secret: string): Promise<{ name: string }>;
  /** The values by their names, for a run. */
  values(engine: Engine, ownerId: string, rows: readonly StoredSecret[]): Promise<Record<string, string>>;
}

/** Secrets of functions, or of flows. */
export function deployedSecrets({ kind, owner, list, put, remove }: SecretTable): DeployedSecrets {
  const cipher = textCipher(`secrets of ${kind}s`);
  const idOf = (ownerId: string, name: string): string => `${ownerId}:${name}`;
  const change = (ctx: RequestContext, name: string, secret: string, query: SqlQuery, type: "change" | "delete") => {
    const record = recordOf(ctx, {
      type: `${kind}_secret_${type}`,
      target: `${kind}:${name}`,
      detail: { name: secret },
    });
    return commit(ctx, { queries: [query, record], data: { name: secret } });
  };
  return {
    async put(ctx, name, secret, value) {
      const { driver, engine, now } = ctx;
      if (!NAME.test(secret)) throw invalid("secret", "must begin with A-Z and have only A-Z, 0-9 and _");
      const found = await owner(ctx, name);
      const others = (await list(driver, found.id)).filter((row) => row.name !== secret);
      if (others.length >= MAX_SECRETS)
        throw new PlinthError("LIMIT_EXCEEDED", `A ${kind} may have ${MAX_SECRETS} secrets.`);
      const encrypted = await cipher.encrypt(engine, idOf(found.id, secret), value);
      return change(
        ctx,
        name,
        secret,
        put(driver, found, { name: secret, value: encrypted, updatedAt: now }),
        "change",
      );
    },
    async remove(ctx, name, secret) {
      const { id } = await owner(ctx, name);
      const known = await list(ctx.driver, id);
      if (!known.some((row) => row.name === secret)) throw new PlinthError("NOT_FOUND", "There is no such secret.");
      return change(ctx, name, secret, remove(ctx.driver, id, secret), "delete");
    },
    async values(engine, ownerId, rows) {
      const values = rows.map(
        async ({ name, value }) => [name, await cipher.decrypt(engine, idOf(ownerId, name), value)] as const,
      );
      return Object.fromEntries(await Promise.all(values));
    },
  };
}
