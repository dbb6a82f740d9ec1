import { Trans, useLingui } from "@lingui/react/macro";
import type { Diagnosis, Severity } from "@plinth/core";
import { type ReactNode, useMemo } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useParties } from "../../data/parties.ts";
import type { RuleInfo } from "../../data/rule-line.tsx";
import { Badge, type BadgeProps } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { placeOf } from "./finding-place.ts";

const TONES: Readonly<Record<Severity, BadgeProps["tone"]>> = { error: "danger", warning: "warning", note: "info" };

/** What is wrong, the way to where it is mended, and the command for those who want it. */
export function FindingRow({ finding }: { readonly finding: Diagnosis }): ReactNode {
  const { t } = useLingui();
  const names = { error: t`Error`, warning: t`Warning`, note: t`Note` };
  const { check, severity, message, advice, subject, command } = finding;
  const rule = useFindingRule(subject);
  const place = placeOf(check, subject, rule);
  const about = useMemo(() => [subject], [subject]);
  const party = useParties(about)(subject);
  return (
    <li className="flex flex-col gap-1 border-b p-4 last:border-b-0">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={TONES[severity]}>{names[severity]}</Badge>
        <code title={subject} className="min-w-0 break-words text-muted text-xs">
          {rule ? `${rule.role}: ${rule.action} ${rule.collection}` : party.label}
        </code>
      </p>
      <p className="break-words font-medium">{message}</p>
      <p className="break-words text-muted text-sm">{advice}</p>
      {(place || command !== undefined) && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 pt-1">
          {place && (
            <Button asChild size="sm">
              <PageLink leadsOnly {...place}>
                <Trans>Open the page</Trans>
                <span className="sr-only">: {message}</span>
              </PageLink>
            </Button>
          )}
          {command !== undefined && (
            <span className="inline-flex min-w-0 items-center gap-1 text-muted text-xs">
              <code className="min-w-0 break-all">{command}</code>
              <CopyButton text={command} label={t`Copy the command`} />
            </span>
          )}
        </div>
      )}
    </li>
  );
}

/** The rule that a finding is about. */
function useFindingRule(subject: string): RuleInfo | undefined {
  const [kind = "", id = ""] = subject.split(/:(.*)/s);
  const { data } = useApiGet<readonly RuleInfo[]>("permissions", {}, { enabled: kind === "rule" });
  return data?.find((rule) => rule.id === id);
}
