import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { confirm } from "../../ui/confirm.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { SecretText } from "../../ui/secret-text.tsx";

interface HookSecretProps {
  /** Ids of the secrets that sign, the newest first; no answer shows the secrets themselves again. */
  readonly ids: readonly string[];
}

/** The secret by which programs know that a request of a hook is the server's. */
export function HookSecret({ ids }: HookSecretProps): ReactNode {
  const { t } = useLingui();
  const make = useApiMutation({
    run: (api) => api.post<{ readonly id: string; readonly secret: string }>("auth-settings/hook-secret"),
    changes: ["auth-settings"],
  });
  const end = useApiMutation({
    run: (api) => api.patch("auth-settings", { hooks: { secret_ids: ids.slice(0, 1) } }),
    changes: ["auth-settings"],
  });
  const ask = async () => {
    const confirmed =
      ids.length === 0 ||
      (await confirm({
        title: t`Make a new secret?`,
        description: t`Requests are signed with the new one and with the one before, until the next is made. A still older one ends at once.`,
        confirmLabel: t`Make secret`,
      }));
    if (confirmed) make.mutate();
  };
  return (
    <Card
      title={t`Secret of the hooks`}
      description={t`Your programs check the signature of a request with it.`}
      actions={
        <Button pending={make.isPending} onClick={ask}>
          {ids.length === 0 ? <Trans>Make a secret</Trans> : <Trans>Make a new secret</Trans>}
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        {make.data ? (
          <>
            <p>
              <Trans>Copy it now: it is shown this once.</Trans>
            </p>
            <SecretText text={make.data.secret} copyLabel={t`Copy secret`} />
          </>
        ) : (
          <p className="text-muted text-sm">
            {ids.length === 0 ? (
              <Trans>There is none yet. Make one before you set the address of a hook.</Trans>
            ) : (
              <Trans>There is one. It cannot be shown again.</Trans>
            )}
          </p>
        )}
        {ids.length > 1 && (
          <div className="flex flex-wrap items-center gap-2">
            <p className="min-w-0 flex-1 basis-60 text-muted text-sm">
              <Trans>The one before signs too. End it when your programs know the new one.</Trans>
            </p>
            <Button size="sm" pending={end.isPending} onClick={() => end.mutate()}>
              <Trans>End the one before</Trans>
            </Button>
          </div>
        )}
        {(make.error ?? end.error) && <ErrorState inline error={make.error ?? end.error} />}
      </div>
    </Card>
  );
}
