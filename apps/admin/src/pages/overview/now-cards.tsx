import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { Diagnosis, Severity } from "@plinth/core";
import type { ReactNode } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useInsights } from "../../data/insights.ts";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Sparkline } from "../../ui/sparkline.tsx";
import { Time } from "../../ui/time.tsx";

const LINK = "text-accent-ink text-sm underline";

/** The last hour in one line. */
export function TrafficCard(): ReactNode {
  const { t } = useLingui();
  const { data, error, refetch } = useInsights();
  const link = (
    <PageLink leadsOnly path="traffic" className={LINK}>
      <Trans>Traffic</Trans>
    </PageLink>
  );
  return (
    <Card title={t`Requests of the last hour`} actions={link}>
      {error && <ErrorState inline error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonLines />}
      {data && (
        <Figures minutes={data.minutes}>
          {data.of === "server" ? (
            <Trans>
              All workspaces of this server. One process, counted since <Time value={data.since} />
            </Trans>
          ) : (
            <Trans>
              One process, counted since <Time value={data.since} />
            </Trans>
          )}
        </Figures>
      )}
    </Card>
  );
}

interface FiguresProps {
  readonly minutes: readonly { readonly requests: number; readonly statuses: Readonly<Record<"5xx", number>> }[];
  readonly children: ReactNode;
}

function Figures({ minutes, children }: FiguresProps): ReactNode {
  const { t } = useLingui();
  const counts = minutes.map(({ requests }) => requests);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const failed = minutes.reduce((sum, { statuses }) => sum + statuses["5xx"], 0);
  return (
    <div className="flex flex-col gap-2">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className="font-semibold text-2xl tabular-nums">
          <Plural value={all} one="# request" other="# requests" />
        </span>
        {failed > 0 && (
          <span className="text-danger-ink text-sm">
            <Plural value={failed} one="# failed" other="# failed" />
          </span>
        )}
      </p>
      <Sparkline values={counts} label={t`Requests by minute, ${all} in the last hour`} className="h-12 w-full" />
      <p className="text-muted text-xs">{children}</p>
    </div>
  );
}

const SEVERE = [
  ["error", "danger"],
  ["warning", "warning"],
  ["note", "info"],
] as const satisfies readonly (readonly [Severity, string])[];

interface FindingsCardProps {
  /** Where errors come first, the card stands in one of two places: with an error in the upper one. */
  readonly of: "all" | "errors" | "others";
}

/** How much there is to mend. */
export function FindingsCard({ of }: FindingsCardProps): ReactNode {
  const { t } = useLingui();
  const { data, error, refetch } = useApiGet<readonly Diagnosis[]>("doctor");
  const isUrgent = data?.some(({ severity }) => severity === "error") ?? false;
  if (of !== "all" && isUrgent !== (of === "errors")) return null;
  const names = { error: t`Errors`, warning: t`Warnings`, note: t`Notes` };
  const counts = SEVERE.map(([severity, tone]) => ({
    severity,
    tone,
    count: data?.filter((one) => one.severity === severity).length ?? 0,
  })).filter(({ count }) => count > 0);
  const link = (
    <PageLink leadsOnly path="health" className={LINK}>
      <Trans>Health</Trans>
    </PageLink>
  );
  return (
    <Card title={t`Findings`} actions={link}>
      {error && <ErrorState inline error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonLines />}
      {data && counts.length === 0 && (
        <p className="text-muted text-sm">
          <Trans>Nothing to complain about.</Trans>
        </p>
      )}
      <ul className="flex flex-wrap gap-2">
        {counts.map(({ severity, tone, count }) => (
          <li key={severity}>
            <Badge tone={tone}>
              {names[severity]}: {count}
            </Badge>
          </li>
        ))}
      </ul>
      {counts[0] && (
        <p className="line-clamp-3 pt-2 text-sm">
          {data?.find((one) => one.severity === counts[0]!.severity)?.message}
        </p>
      )}
    </Card>
  );
}
