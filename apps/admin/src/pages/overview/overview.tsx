import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { useCollections } from "../../data/collections.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { StartChoices } from "../start/start-choices.tsx";
import { CollectionsCard } from "./collections-card.tsx";
import { GettingStarted } from "./getting-started.tsx";
import { FindingsCard, TrafficCard } from "./now-cards.tsx";

/** What is in the workspace, what happens there now, and where to go on. */
export default function Overview(): ReactNode {
  const { t } = useLingui();
  const { rights } = useWorkspace();
  const { data: collections, error, refetch } = useCollections();
  const isEmpty = collections?.every(({ system }) => system) ?? false;
  return (
    <div className="flex flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        title={t`Overview`}
        description={isEmpty ? t`There is nothing here yet. Begin with what you have:` : undefined}
        className="pb-0"
      />
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!collections && !error && <SkeletonLines />}
      {isEmpty && <StartChoices />}
      {collections && (
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-2">
          <div className="flex min-w-0 flex-col gap-4">
            {rights.administer && !isEmpty && <FindingsCard of="errors" />}
            {!isEmpty && <CollectionsCard collections={collections} />}
            {rights.administer && (isEmpty ? <GettingStarted /> : <FindingsCard of="others" />)}
          </div>
          <div className="flex min-w-0 flex-col gap-4">
            {rights.administer && !isEmpty && <GettingStarted />}
            {rights.administer && <TrafficCard />}
            {rights.administer && isEmpty && <FindingsCard of="all" />}
          </div>
        </div>
      )}
    </div>
  );
}
