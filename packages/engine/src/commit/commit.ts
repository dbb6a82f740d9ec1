import { DataError, type DataErrorKind, type PlinthError, type SqlQuery } from "@plinth/core";
import { writeQuery } from "@plinth/db";
import { CLAIM_LABEL, type Claim, keyTakenOver } from "../kernel/claim.ts";
import type { Scope } from "../kernel/engine.ts";
import { bind } from "../read/read.ts";
import { sealedBody } from "./sealed-body.ts";

/** A write that is not one of items: statements that do it, and what the caller is told of it. */
export interface Write<T> {
  readonly queries: readonly SqlQuery[];
  /** Known before the batch runs, so that it can be kept with it: what a look afterwards would find out is a guard. */
  readonly data: T;
  /** The data are kept encrypted. */
  readonly secret?: boolean;
}

/** Runs a write as one batch and gives its data. Where the request has an idempotency key, the answer is in the batch. */
export async function commit<T>(scope: Scope, write: Write<T>): Promise<T> {
  const { driver, claim } = scope;
  const { queries, data } = write;
  if (!claim) {
    if (queries.length === 1) await driver.run(queries[0]!);
    else await driver.batch(queries);
    return data;
  }
  // The guard comes first: on Postgres it locks the key's row, so that whoever would take it over waits.
  const trees = [claim.guard, claim.commit(await answerOf(scope, claim, write))];
  try {
    await driver.batch([...trees.map((tree) => writeQuery(driver, tree, bind(scope, []))), ...queries]);
  } catch (error) {
    throw error instanceof DataError && error.guard === CLAIM_LABEL ? keyTakenOver(error) : error;
  }
  return data;
}

async function answerOf({ engine }: Scope, { id, tell }: Claim, { data, secret }: Write<unknown>) {
  const answer = tell!(data);
  return secret ? { ...answer, body: await sealedBody(engine, id, answer.body) } : answer;
}

/** For `catch`: what the database refuses for this reason is refused by that error. */
export function refuseOn(kind: DataErrorKind, refusal: () => PlinthError): (error: unknown) => never {
  return (error) => {
    throw error instanceof DataError && error.kind === kind ? refusal() : error;
  };
}
