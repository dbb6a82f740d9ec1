import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { PageLink } from "../../app/page-link.tsx";
import { useCollections } from "../../data/collections.ts";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { SwitchOnForm } from "../organizations/switch-on-form.tsx";

/** Whether the workspace's users form organizations. There is no way back: they are collections with data. */
export function OrganizationsSwitch(): ReactNode {
  const { t } = useLingui();
  const { data: collections, error } = useCollections();
  const isOn = collections?.some(({ system }) => system === "organizations");
  return (
    <Card
      title={t`Organizations`}
      description={t`For apps whose customers are companies or clubs.`}
      actions={
        isOn && (
          <Badge tone="success">
            <Trans>Switched on</Trans>
          </Badge>
        )
      }
    >
      {error ? (
        <ErrorState inline error={error} />
      ) : isOn === undefined ? (
        <SkeletonLines lines={2} />
      ) : isOn ? (
        <PageLink path="organizations" className="text-accent-ink text-sm underline">
          <Trans>See the organizations</Trans>
        </PageLink>
      ) : (
        <SwitchOnForm />
      )}
    </Card>
  );
}
