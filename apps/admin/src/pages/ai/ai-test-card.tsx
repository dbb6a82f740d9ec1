import { Trans, useLingui } from "@lingui/react/macro";
import type { AiTest, TriedModel } from "@plinth/client/ai";
import { FlaskConical } from "lucide-react";
import type { ReactNode } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { FailureNotice } from "../../failures/failure-notice.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatDuration } from "../../ui/format.ts";

/** Asks the first model of each kind, and shows what came of it. */
export function AiTestCard(): ReactNode {
  const { t } = useLingui();
  const test = useApiMutation({ run: (api) => api.post<AiTest>("ai-settings/test"), changes: ["ai-settings"] });
  const { data } = test;
  return (
    <Card
      title={t`Try it`}
      description={t`Asks the first model of each kind for a word, as it is stored. That uses some tokens.`}
      actions={
        <Button icon={<FlaskConical aria-hidden />} pending={test.isPending} onClick={() => test.mutate()}>
          <Trans>Ask the models</Trans>
        </Button>
      }
    >
      {test.error && <ErrorState inline error={test.error} />}
      {data && (
        <ul className="flex flex-col gap-3">
          <Tried kind={t`Chat`} tried={data.chat} />
          <Tried kind={t`Embeddings`} tried={data.embedding} />
        </ul>
      )}
    </Card>
  );
}

interface TriedProps {
  readonly kind: string;
  readonly tried: TriedModel | null;
}

function Tried({ kind, tried }: TriedProps): ReactNode {
  const { t, i18n } = useLingui();
  return (
    <li className="flex flex-col gap-2">
      <p className="flex flex-wrap items-center gap-2 text-sm">
        <span className="font-medium">{kind}</span>
        {tried === null ? (
          <span className="text-muted">{t`No model is set`}</span>
        ) : (
          <>
            <code className="break-all">{tried.model}</code>
            {tried.ok ? <Badge tone="success">{t`Answers`}</Badge> : <Badge tone="danger">{t`Failed`}</Badge>}
            <span className="text-muted text-xs">{formatDuration(tried.ms, i18n.locale)}</span>
          </>
        )}
      </p>
      {tried?.error && <FailureNotice text={tried.error} />}
    </li>
  );
}
