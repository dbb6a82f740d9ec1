import { DataError, type Mutation, NEVER } from "@plinth/core";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { sourceOfBatch } from "../kernel/sources.ts";

const LABEL = "dry run";

/** How a batch would fail, or undefined. The batch always ends with an error, so it writes nothing. */
export async function dryRun(ctx: RequestContext, trees: readonly Mutation[]): Promise<DataError | undefined> {
  const writing = trees.find((tree) => "collection" in tree);
  if (!writing) return undefined;
  const { collection } = writing;
  const refusal: Mutation = { kind: "guard", label: LABEL, collection, where: NEVER };
  try {
    await sourceOfBatch(ctx, [refusal, ...trees]).store.mutate([...trees, refusal], bind(ctx, []));
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return error.guard === LABEL ? undefined : error;
  }
  throw new Error("a dry run was committed");
}
