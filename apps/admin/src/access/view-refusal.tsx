import { Trans, useLingui } from "@lingui/react/macro";
import { PlinthClientError } from "@plinth/client";
import { ShieldX } from "lucide-react";
import type { ReactNode } from "react";
import { useWorkspace } from "../api/workspace.ts";
import { PageLink } from "../app/page-link.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";

interface WhyLinkProps {
  readonly collection: string;
  readonly item?: string | undefined;
}

/** To what the rules say about reading this as whoever the operator views as. */
export function WhyLink({ collection, item }: WhyLinkProps): ReactNode {
  const { viewing: who } = useWorkspace();
  return (
    <Button asChild>
      <PageLink
        leadsOnly
        path="simulate"
        search={{ who, collection, action: "read", ...(item !== undefined && { item }) }}
      >
        <Trans>Why?</Trans>
      </PageLink>
    </Button>
  );
}

const REFUSALS: ReadonlySet<string> = new Set(["UNAUTHORIZED", "FORBIDDEN", "FIELD_FORBIDDEN", "ITEM_NOT_FOUND"]);

interface ViewRefusalProps extends WhyLinkProps {
  readonly error: unknown;
  readonly onRetry: () => void;
}

/** What whoever the operator views as is answered instead of items. It is no fault, and concerns nobody's own session. */
export function ViewRefusal({ error, collection, item, onRetry }: ViewRefusalProps): ReactNode {
  const { t } = useLingui();
  if (!(error instanceof PlinthClientError) || !REFUSALS.has(error.code)) {
    return <ErrorState error={error} onRetry={onRetry} />;
  }
  const { code, status, message } = error;
  return (
    <EmptyState
      icon={<ShieldX />}
      title={t`They may not see this`}
      actions={<WhyLink collection={collection} item={item} />}
    >
      <Trans>
        They are answered <code>{`${status} ${code}`}</code>: {message}
      </Trans>
    </EmptyState>
  );
}
