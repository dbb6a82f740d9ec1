import { DataError, type DataErrorKind, type SqlDriver } from "@plinth/core";
import { probeWrite } from "@plinth/db";
import type { Engine } from "./engine.ts";
import { service } from "./services.ts";

export interface Lifecycle {
  /** The process is about to end: probes then send no further requests here. */
  stopping: boolean;
  /** Why the database failed requests although it answers. It is not ready until a write succeeds. */
  fault: StorageFault | undefined;
}

export type StorageFault = "read_only" | "disk_full" | "damaged";

export const lifecycleOf = service("lifecycle", (_: Engine): Lifecycle => ({ stopping: false, fault: undefined }));

/** Remembers an error that concerns all requests. */
export function noteFault(engine: Engine, kind: DataErrorKind): void {
  if (kind !== "read_only" && kind !== "disk_full" && kind !== "damaged") return;
  lifecycleOf(engine).fault = kind;
}

/** Why requests fail, if they still do: a write finds out. A damaged page stays one, whatever else can be written. */
export async function currentFault(engine: Engine, driver: SqlDriver): Promise<StorageFault | undefined> {
  const lifecycle = lifecycleOf(engine);
  if (lifecycle.fault === undefined || lifecycle.fault === "damaged") return lifecycle.fault;
  try {
    await probeWrite(driver);
    lifecycle.fault = undefined;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
  }
  return lifecycle.fault;
}
