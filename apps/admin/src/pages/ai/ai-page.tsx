import { Trans, useLingui } from "@lingui/react/macro";
import type { AiSettings } from "@plinth/client/ai";
import { Sparkles, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { DetailHead } from "../../app/detail-head.tsx";
import { PageFailure } from "../../app/page-failure.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { confirm } from "../../ui/confirm.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { toast } from "../../ui/toast.ts";
import { NO_AI_SETTINGS } from "./ai-form.ts";
import { AiSettingsForm } from "./ai-settings-form.tsx";
import { AiTestCard } from "./ai-test-card.tsx";
import { AiUse } from "./ai-use.tsx";

/** Where functions and flows ask AI models, which ones, and how much they have used. */
export default function AiPage(): ReactNode {
  const { data, error, refetch } = useApiGet<AiSettings>("ai-settings");
  const [isSetting, setSetting] = useState(false);
  if (error && !data) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!data) return <PagePending />;
  return (
    <div className="flex max-w-4xl flex-col gap-4 p-4 lg:p-6">
      <AiHead stored={data} onRemoved={() => setSetting(false)} />
      {data.from === null && !isSetting ? (
        <NoEndpoint onSet={() => setSetting(true)} />
      ) : (
        <>
          {data.from !== null && <AiUse stored={data} />}
          <AiSettingsForm key={data.url ?? ""} stored={data} />
          {data.from !== null && <AiTestCard />}
        </>
      )}
    </div>
  );
}

function NoEndpoint({ onSet }: { readonly onSet: () => void }): ReactNode {
  const { t } = useLingui();
  return (
    <Card flush>
      <EmptyState
        icon={<Sparkles />}
        title={t`No AI models yet`}
        actions={
          <Button variant="primary" onClick={onSet}>
            <Trans>Choose an endpoint</Trans>
          </Button>
        }
      >
        <Trans>
          Functions and flows can sort a complaint, write a summary or compute embeddings. Plinth has no models of its
          own: it asks an endpoint of yours, such as OpenAI, Mistral or Ollama. Until then nothing is sent anywhere.
        </Trans>
      </EmptyState>
    </Card>
  );
}

interface AiHeadProps {
  readonly stored: AiSettings;
  readonly onRemoved: () => void;
}

function AiHead({ stored: { url }, onRemoved }: AiHeadProps): ReactNode {
  const { t } = useLingui();
  const remove = useApiMutation({
    run: (api) => api.patch<AiSettings>("ai-settings", NO_AI_SETTINGS),
    changes: ["ai-settings"],
    onDone: () => {
      onRemoved();
      toast.success(t`The endpoint is removed`);
    },
  });
  const ask = async () => {
    const confirmed = await confirm({
      title: t`Remove the endpoint ${url}?`,
      description: t`Its key is deleted. Functions and flows ask the endpoint of the server, if there is one; otherwise they fail.`,
      confirmLabel: t`Remove`,
      danger: true,
    });
    if (confirmed) remove.mutate();
  };
  return (
    <DetailHead
      above={[{ path: "settings", title: <Trans>General</Trans> }]}
      title={t`AI models`}
      description={t`Where the functions and flows of this workspace ask models. Whoever runs the endpoint reads what is sent there.`}
      actions={
        url !== null && (
          <Button className="text-danger-ink" icon={<Trash2 aria-hidden />} pending={remove.isPending} onClick={ask}>
            <Trans>Remove the endpoint</Trans>
          </Button>
        )
      }
      error={remove.error}
    />
  );
}
