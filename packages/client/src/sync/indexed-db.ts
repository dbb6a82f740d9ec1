import type { OpenStore, StoreChange, StoreEntry, SyncStore } from "./store.ts";

/** Of the database's layout. */
const LAYOUT = 1;
const ENTRIES = "entries";

export interface IndexedDbOptions {
  /** Replaces the global `indexedDB`. */
  readonly indexedDB?: IDBFactory | undefined;
}

/**
 * In the browser, until the user deletes the site's data. All tabs of an origin share it.
 *
 * Where storage is short, browsers may delete it: ask for `navigator.storage.persist()`.
 */
export function indexedDbStore({ indexedDB = globalThis.indexedDB }: IndexedDbOptions = {}): SyncStore {
  return {
    durable: true,
    async open(name) {
      if (!indexedDB) {
        throw new TypeError(
          "indexedDbStore: there is no IndexedDB here, as in private windows of some browsers; use memoryStore()",
        );
      }
      return storeOf(await openDatabase(indexedDB, name));
    },
  };
}

function openDatabase(indexedDB: IDBFactory, name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, LAYOUT);
    request.onupgradeneeded = () => request.result.createObjectStore(ENTRIES, { keyPath: ["table", "key"] });
    request.onsuccess = () => {
      // A tab with a newer version of the app must not wait for this one.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(explained(request.error));
    request.onblocked = () =>
      reject(
        new Error(
          "The data of this site is in use by another tab with an older version of the app. Close or reload it.",
        ),
      );
  });
}

function storeOf(database: IDBDatabase): OpenStore {
  /** Transactions on one store run in the order in which they are made. */
  const transact = <T>(
    mode: IDBTransactionMode,
    work: (entries: IDBObjectStore) => IDBRequest<T> | undefined,
  ): Promise<T> =>
    new Promise((resolve, reject) => {
      // `strict`: a write that was promised survives a power cut, too.
      const transaction = database.transaction(ENTRIES, mode, mode === "readwrite" ? { durability: "strict" } : {});
      const request = work(transaction.objectStore(ENTRIES));
      transaction.oncomplete = () => resolve(request?.result as T);
      transaction.onabort = () => reject(explained(transaction.error));
    });
  const attempt = async <T>(...args: Parameters<typeof transact<T>>): Promise<T> => {
    try {
      return await transact(...args);
    } catch (error) {
      throw explained(error as Error);
    }
  };
  return {
    read: () => attempt<StoreEntry[]>("readonly", (entries) => entries.getAll()),
    write: (changes) =>
      attempt<undefined>("readwrite", (entries) => {
        for (const change of changes) apply(entries, change);
        return undefined;
      }),
    clear: () => attempt<undefined>("readwrite", (entries) => entries.clear()),
    close: () => database.close(),
  };
}

function apply(entries: IDBObjectStore, { table, key, value, existing }: StoreChange): void {
  const entry = value === undefined ? undefined : ({ table, key, value } satisfies StoreEntry);
  if (!entry) entries.delete([table, key]);
  else if (!existing) entries.put(entry);
  else {
    const found = entries.getKey([table, key]);
    found.onsuccess = () => found.result !== undefined && entries.put(entry);
  }
}

/** The browser's errors as what a user can do about them. */
function explained(error: Error | null): Error {
  const say = (message: string): Error => new Error(message, { cause: error });
  switch (error?.name) {
    case "QuotaExceededError":
      return say(
        "This device has no room left for the site's data. What was not stored is not shown any more; free some space and write it again.",
      );
    case "VersionError":
      return say("The data of this site was made by a newer version of the app. Reload the page.");
    case "InvalidStateError":
      return say(
        "The data of this site was closed, by a newer version of the app in another tab or by the browser. Reload the page.",
      );
    case "SecurityError":
    case "NotAllowedError":
      return say("The browser does not let this site store data: allow it, or use memoryStore().");
    default:
      return error ?? new Error("The browser could not store the site's data.");
  }
}
