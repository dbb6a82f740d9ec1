import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { PageLink } from "../../app/page-link.tsx";
import type { FailedRequest, RefusedRequests } from "../../data/insights.ts";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Time } from "../../ui/time.tsx";

/** Answers with a status from 500 on: faults of the server or its database. */
export function ErrorList({ errors }: { readonly errors: readonly FailedRequest[] }): ReactNode {
  const { t } = useLingui();
  return (
    <Card
      title={t`Errors`}
      description={t`The server could not answer. Its log has the cause, by the id of the request.`}
    >
      {errors.length === 0 ? (
        <p className="text-muted text-sm">
          <Trans>None since the process started.</Trans>
        </p>
      ) : (
        <ul className="flex flex-col">
          {errors.map((error) => (
            <li
              key={error.request_id}
              className="flex flex-wrap items-center gap-2 border-b py-1.5 text-sm last:border-b-0"
            >
              <Badge tone="danger">{error.status}</Badge>
              <code>{error.code}</code>
              <code className="min-w-0 flex-1 break-words max-sm:order-last max-sm:basis-full">{error.route}</code>
              <Time value={error.at} className="text-muted" />
              <CopyButton text={error.request_id} label={t`Copy request id`} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** Requests that the server has refused, by code and route, the commonest first. */
export function RefusalList({ refusals }: { readonly refusals: readonly RefusedRequests[] }): ReactNode {
  const { t } = useLingui();
  return (
    <Card title={t`Refused requests`} description={t`Wrong requests of programs, and what rules forbid.`}>
      {refusals.length === 0 ? (
        <p className="text-muted text-sm">
          <Trans>None since the process started.</Trans>
        </p>
      ) : (
        <ul className="flex flex-col">
          {refusals.map((refusal) => (
            <li
              key={`${refusal.code} ${refusal.route}`}
              className="flex flex-wrap items-center gap-2 border-b py-1.5 text-sm last:border-b-0"
            >
              <Badge tone="warning">{refusal.count} ×</Badge>
              <code>{refusal.code}</code>
              <code className="min-w-0 flex-1 break-words max-sm:order-last max-sm:basis-full">{refusal.route}</code>
              <Time value={refusal.last_at} className="text-muted" />
              {refusal.status === 403 && (
                <PageLink
                  path="refusals"
                  search={{ request: refusal.last_request_id }}
                  className="text-accent-ink underline"
                >
                  <Trans>Why?</Trans>
                </PageLink>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
