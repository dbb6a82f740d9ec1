import { tryGetCurrentAuthEndpointContext } from "@better-auth/core/context";
import type { DBAdapter } from "@better-auth/core/db/adapter";
import { type DataError, type DataErrorKind, dataErrorOf, takesNoWrites } from "@plinth/core";

/** Names the request in better-auth's context, which may hold copies of it. */
const STORAGE_HEADER = "x-plinth-storage";

/** What the database answers about a row. All other errors say that it could not do its work. */
const ABOUT_ROWS: ReadonlySet<DataErrorKind> = new Set(["unique", "foreign_key", "not_null", "check", "guard"]);

export interface StorageFailures {
  /** The adapter, whose failures are noted for the request in which they happen. */
  watching(adapter: DBAdapter): DBAdapter;
  /** Answers a request, to which it adds a header; fails where its database did. */
  during(request: Request, answer: (request: Request) => Promise<Response>): Promise<Response>;
}

/** They read, and note that the session was used. Where nothing can be written, it is read all the same. */
const READS = /\/(get-session|list-sessions)$/;

/**
 * better-auth hides some failures of the database: it answers that a session has ended which it could not delete, and that
 * nobody is signed in where it could not read the session.
 */
export function storageFailures(): StorageFailures {
  const requests = new Map<string, { failure?: DataError }>();
  const note = (error: unknown): void => {
    const request = requests.get(tryGetCurrentAuthEndpointContext()?.headers?.get(STORAGE_HEADER) ?? "");
    const failure = dataErrorOf(error);
    if (request && failure && !ABOUT_ROWS.has(failure.kind)) request.failure ??= failure;
  };
  const once: StorageFailures["during"] = async (request, answer) => {
    const id = crypto.randomUUID();
    const noted: { failure?: DataError } = {};
    requests.set(id, noted);
    const headers = new Headers(request.headers);
    headers.set(STORAGE_HEADER, id);
    try {
      const response = await answer(new Request(request, { headers }));
      if (noted.failure) throw noted.failure;
      return response;
    } catch (error) {
      throw noted.failure ?? error;
    } finally {
      requests.delete(id);
    }
  };
  return {
    watching: (adapter) => ({
      ...adapter,
      ...Object.fromEntries(
        METHODS.map((name) => {
          const method = adapter[name] as (...given: unknown[]) => Promise<unknown>;
          const watched = (...given: unknown[]) =>
            method(...given).catch((error: unknown) => {
              note(error);
              throw error;
            });
          return [name, watched];
        }),
      ),
    }),
    async during(request, answer) {
      try {
        return await once(request, answer);
      } catch (error) {
        const url = new URL(request.url);
        if (!takesNoWrites(error) || !READS.test(url.pathname)) throw error;
        url.searchParams.set("disable_refresh", "true");
        return once(new Request(url, request), answer);
      }
    },
  };
}

const METHODS = [
  "create",
  "findOne",
  "findMany",
  "count",
  "update",
  "updateMany",
  "delete",
  "deleteMany",
  "consumeOne",
  "incrementOne",
  "transaction",
] as const satisfies readonly (keyof DBAdapter)[];
