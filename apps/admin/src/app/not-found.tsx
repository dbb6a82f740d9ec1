import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { MapPinOff } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";

/** An address that leads nowhere, or to what was deleted. */
export function NotFound(): ReactNode {
  const { t } = useLingui();
  return (
    <EmptyState
      icon={<MapPinOff />}
      title={t`There is no such page`}
      actions={
        <Button asChild variant="primary">
          <Link to="/">
            <Trans>Go to the start</Trans>
          </Link>
        </Button>
      }
    >
      <Trans>The address may be wrong, or what it showed was deleted or renamed.</Trans>
    </EmptyState>
  );
}
