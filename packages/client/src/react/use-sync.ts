import { useMemo, useSyncExternalStore } from "react";
import type { Sync, SyncStatus } from "../sync/types.ts";

type StatusOf = Pick<Sync, "status" | "onStatus">;

/** How the sync goes. */
export function useSync(db: StatusOf): SyncStatus {
  const source = useMemo(() => statusSource(db), [db]);
  return useSyncExternalStore(source.subscribe, source.current, source.current);
}

function statusSource(db: StatusOf) {
  let status = db.status;
  return {
    current: () => status,
    subscribe(onChange: () => void) {
      const take = (next: SyncStatus): void => {
        status = next;
        onChange();
      };
      const stop = db.onStatus(take);
      // It may have changed since it was first shown.
      take(db.status);
      return stop;
    },
  };
}
