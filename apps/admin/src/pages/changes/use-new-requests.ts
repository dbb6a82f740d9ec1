import type { ChangingRequest } from "@plinth/client";
import type { Query } from "../../api/api.ts";
import { useApiList } from "../../api/hooks.ts";

/** Milliseconds. */
const EVERY = 5_000;

/** Whether there is something newer than what the list shows. */
export function useNewRequests(query: Query, shown: readonly ChangingRequest[] | undefined): boolean {
  const newest = useApiList<ChangingRequest>("changes/requests", { ...query, limit: 1 }, { every: EVERY });
  if (!shown || newest.isPending) return false;
  return markOf(newest.rows[0]) !== markOf(shown[0]);
}

/** A request that goes on has later changes. */
function markOf(request: ChangingRequest | undefined): string {
  return request ? `${request.request_id} ${request.to}` : "";
}
