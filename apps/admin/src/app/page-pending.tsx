import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Skeleton } from "../ui/skeleton.tsx";

/** The shape of a page that is being loaded. */
export function PagePending(): ReactNode {
  return (
    <div className="flex flex-col gap-4 p-4 lg:p-6" role="status">
      <span className="sr-only">
        <Trans>Loading</Trans>
      </span>
      <Skeleton className="h-7 w-48" />
      <Skeleton className="h-4 w-80 max-w-full" />
      <Skeleton className="mt-4 h-64 w-full" />
    </div>
  );
}
