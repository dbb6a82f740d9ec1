import { type FileStore, FileStoreError, type FileStoreErrorKind, PlinthError } from "@plinth/core";
import { assert, equal, rejectionOf } from "../assert.ts";
import type { Case } from "../case.ts";

/** A store, and a function that makes keys which no other case uses. */
export interface StoreUnderTest {
  readonly store: FileStore;
  readonly key: (name: string) => string;
}

export type OpenStore = () => FileStore | Promise<FileStore>;

export function storeCase(open: OpenStore, name: string, run: (tested: StoreUnderTest) => Promise<void>): Case {
  return {
    name,
    async run() {
      const base = `case-${crypto.randomUUID()}`;
      await run({ store: await open(), key: (one) => `${base}/${one}` });
    },
  };
}

/** The call must fail with a `FileStoreError` of this kind. */
export async function refusedAs(kind: FileStoreErrorKind, call: Promise<unknown>): Promise<FileStoreError> {
  const error = await rejectionOf(call);
  if (!(error instanceof FileStoreError)) throw new Error(`expected a FileStoreError "${kind}"`, { cause: error });
  if (error.kind !== kind) throw new Error(`expected "${kind}", got "${error.kind}"`, { cause: error });
  return error;
}

export async function unsupportedCall(call: Promise<unknown>): Promise<void> {
  const error = await rejectionOf(call);
  assert(error instanceof PlinthError, `expected a PlinthError, got ${String(error)}`);
  equal(error.code, "UNSUPPORTED_BY_ADAPTER", "the code");
}
