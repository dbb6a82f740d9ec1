import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useApiList } from "../../api/hooks.ts";
import { PageLink } from "../../app/page-link.tsx";
import { EventName } from "../../data/event-name.tsx";
import type { SecurityLogEntry } from "../../data/security-log.ts";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Time } from "../../ui/time.tsx";

/** The newest ones; the log has the others. */
const SHOWN = 8;
/** Milliseconds: the log has no stream. */
const EVERY = 15_000;

/** What happened to an account lately. */
export function UserEvents({ id }: { readonly id: string }): ReactNode {
  const { t } = useLingui();
  const target = `user:${id}`;
  const { rows, isPending, error, refetch } = useApiList<SecurityLogEntry>(
    "security-log",
    { target, limit: SHOWN },
    { every: EVERY },
  );
  return (
    <Card
      title={t`Security events`}
      actions={
        <PageLink path="security-log" search={{ target }} className="text-accent-ink text-sm underline">
          <Trans>All events</Trans>
        </PageLink>
      }
    >
      {error ? (
        <ErrorState inline error={error} onRetry={refetch} />
      ) : isPending ? (
        <SkeletonLines lines={3} />
      ) : rows.length === 0 ? (
        <p className="text-muted text-sm">
          <Trans>Nothing is recorded about this account.</Trans>
        </p>
      ) : (
        <ul className="flex flex-col">
          {rows.map((event) => (
            <EventLine key={event.id} event={event} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function EventLine({ event }: { readonly event: SecurityLogEntry }): ReactNode {
  const { type, outcome, at, address } = event;
  return (
    <li className="flex flex-wrap items-center gap-x-3 border-b py-1.5 text-sm last:border-b-0">
      <EventName type={type} />
      {outcome === "failed" && (
        <Badge tone="danger">
          <Trans>Failed</Trans>
        </Badge>
      )}
      {address !== null && <code className="text-muted">{address}</code>}
      <Time value={at} className="ml-auto text-muted" />
    </li>
  );
}
