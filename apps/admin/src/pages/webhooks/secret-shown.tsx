import { Trans, useLingui } from "@lingui/react/macro";
import type { RotatedSecret } from "@plinth/client/webhooks";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { PageHeader } from "../../ui/page-header.tsx";

interface SecretShownProps {
  readonly made: Pick<RotatedSecret, "secret" | "public_key">;
  readonly onDone: () => void;
}

/** The secret, which no other page can show, or the public key. */
export function SecretShown({ made, onDone }: SecretShownProps): ReactNode {
  const { t } = useLingui();
  const { secret, public_key } = made;
  return (
    <div className="flex max-w-4xl flex-col gap-5 p-4 lg:p-6">
      {secret === undefined ? (
        <PageHeader title={t`Give receivers the public key`} description={t`They verify each message by it.`} />
      ) : (
        <PageHeader
          title={t`Copy the secret now`}
          description={t`It is shown this once. Receivers verify each message by it.`}
        />
      )}
      <div className="flex items-center gap-2 rounded-lg border bg-surface p-3">
        <code className="min-w-0 flex-1 break-all">{secret ?? public_key}</code>
        <CopyButton
          text={secret ?? public_key ?? ""}
          label={secret === undefined ? t`Copy public key` : t`Copy secret`}
          labelled
        />
      </div>
      <div>
        <Button variant="primary" onClick={onDone}>
          <Trans>I have stored it</Trans>
        </Button>
      </div>
    </div>
  );
}
