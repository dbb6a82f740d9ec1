import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { PageLink } from "../../app/page-link.tsx";
import { useCollections } from "../../data/collections.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { StartChoices } from "../start/start-choices.tsx";

/** What is in the workspace, and where to go on. */
export default function Overview(): ReactNode {
  const { t } = useLingui();
  const { data: collections } = useCollections();
  return (
    <div className="flex flex-col gap-4 p-4 lg:p-6">
      <PageHeader title={t`Overview`} />
      {collections?.every(({ system }) => system) && <StartChoices />}
      {collections ? (
        <ul className="flex flex-col gap-1">
          {collections.map(({ slug }) => (
            <li key={slug}>
              <PageLink path={`collections/${slug}/items`} className="text-accent-ink underline">
                {slug}
              </PageLink>
            </li>
          ))}
        </ul>
      ) : (
        <SkeletonLines />
      )}
      <p className="text-muted">
        <Trans>Choose a collection, or search for what you need with Ctrl K.</Trans>
      </p>
    </div>
  );
}
