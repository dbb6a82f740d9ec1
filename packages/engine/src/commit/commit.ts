import { DataError, type DataErrorKind, type PlinthError, type SqlQuery } from "@plinth/core";
import { writeQuery } from "@plinth/db";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { type IdempotencyLock, keyTakenOver, LOCK_LABEL } from "../kernel/idempotency-lock.ts";
import { mustBeCurrent, mustStillExist, refuseLost } from "./actor.ts";
import { encryptedBody } from "./encrypted-body.ts";
import { requireNoViewer } from "./no-viewer.ts";
import { mustHold, type Requirement, refuseUnmet } from "./requirement.ts";

/** A write that does not concern items: its statements and its answer. */
export interface Write<T> {
  readonly queries: readonly SqlQuery[];
  /** Known before the batch runs, so that the batch can store it. What must be checked at run time is a guard. */
  readonly data: T;
  /** The data are stored encrypted: they hold a secret, or name a user, who may be deleted before the stored answer is. */
  readonly secret?: boolean;
  /** What it gives to somebody, or makes rules for. One that has been deleted since it was looked up refuses the write. */
  readonly roles?: readonly string[];
  readonly requires?: readonly Requirement[];
  /** False: it gives nobody anything that lasts, so the caller's rights are not checked once more. */
  readonly lasting?: boolean;
}

/**
 * Runs a write as one batch and returns its data. If the request has an idempotency key, the batch stores the answer.
 */
export async function commit<T>(ctx: RequestContext, write: Write<T>): Promise<T> {
  requireNoViewer(ctx.principal);
  const { driver, lock } = ctx;
  const { data } = write;
  const actor = write.lasting === false ? [] : mustBeCurrent(ctx);
  const queries = [...actor, ...write.queries, ...mustStillExist(ctx, write.roles), ...mustHold(write.requires)];
  const refuse = refuseUnmet(write.requires);
  if (!lock) {
    await (queries.length === 1 ? driver.run(queries[0]!) : driver.batch(queries)).catch(refuse).catch(refuseLost);
    if (ctx.writes) ctx.writes.committed = true;
    return data;
  }
  // The guard comes first: on Postgres it locks the key's row, so that a request that wants to take it over waits.
  const trees = [lock.guard, lock.commit(await answerOf(ctx, lock, write))];
  try {
    await driver.batch([...trees.map((tree) => writeQuery(driver, tree, bind(ctx, []))), ...queries]).catch(refuse);
  } catch (error) {
    throw error instanceof DataError && error.guard === LOCK_LABEL ? keyTakenOver(error) : refuseLost(error);
  }
  if (ctx.writes) ctx.writes.committed = true;
  return data;
}

async function answerOf(
  { engine }: RequestContext,
  { id, answerFor }: IdempotencyLock,
  { data, secret }: Write<unknown>,
) {
  const answer = answerFor!(data);
  return secret ? { ...answer, body: await encryptedBody(engine, id, answer.body) } : answer;
}

/** For `catch`: replaces a database error of this kind by the given error. */
export function refuseOn(kind: DataErrorKind, refusal: () => PlinthError): (error: unknown) => never {
  return (error) => {
    throw error instanceof DataError && error.kind === kind ? refusal() : error;
  };
}
