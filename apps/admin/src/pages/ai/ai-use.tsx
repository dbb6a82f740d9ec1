import { Trans, useLingui } from "@lingui/react/macro";
import type { AiSettings } from "@plinth/client/ai";
import type { ReactNode } from "react";
import { type Fact, FactCard, FactCode } from "../../app/fact-card.tsx";
import { Badge } from "../../ui/badge.tsx";
import { formatCount } from "../../ui/format.ts";
import { Count } from "../../ui/number-format.tsx";
import { Progress } from "../../ui/progress.tsx";
import { Time } from "../../ui/time.tsx";

/** Whose endpoint is asked, and the tokens that were used of the budget. */
export function AiUse({ stored }: { readonly stored: AiSettings }): ReactNode {
  const { t } = useLingui();
  const { from, url, has_key } = stored;
  const facts: Fact[] = [
    [
      t`Endpoint`,
      from === "server" ? t`That of the server. Who runs it has chosen it.` : <FactCode key="url">{url!}</FactCode>,
    ],
    [t`Used within 24 hours`, <TokensUsed key="used" stored={stored} />],
  ];
  if (from === "workspace")
    facts.splice(1, 0, [
      t`Key`,
      has_key ? (
        <Badge key="key" tone="success">{t`Stored, encrypted`}</Badge>
      ) : (
        <Badge key="key" tone="warning">{t`None`}</Badge>
      ),
    ]);
  return <FactCard facts={facts} />;
}

function TokensUsed({ stored: { tokens_a_day: most, used } }: { readonly stored: AiSettings }): ReactNode {
  const { t, i18n } = useLingui();
  const { tokens, until } = used;
  const [shown, limit] = [formatCount(tokens, i18n.locale), formatCount(most ?? 0, i18n.locale)];
  return (
    <span className="flex max-w-80 flex-col gap-1">
      {most === null ? (
        <span>
          <Trans>
            <Count value={tokens} /> tokens, without a limit
          </Trans>
        </span>
      ) : (
        <>
          <span>{t`${shown} of ${limit} tokens`}</span>
          <Progress
            label={t`Tokens used`}
            value={tokens}
            max={Math.max(most, 1)}
            valueText={t`${shown} of ${limit} tokens`}
          />
        </>
      )}
      {until !== null && (
        <span className="text-muted text-xs">
          <Trans>
            Counted anew <Time value={until} />
          </Trans>
        </span>
      )}
    </span>
  );
}
