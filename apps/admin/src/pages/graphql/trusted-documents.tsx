import { Trans, useLingui } from "@lingui/react/macro";
import { Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { confirm } from "../../ui/confirm.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import type { GraphqlSettingsChange, TrustedDocument } from "./settings-values.ts";

interface TrustedProps {
  readonly trusted: readonly TrustedDocument[];
  /** What is typed in the other tab. */
  readonly document: string;
  readonly isPending: boolean;
  readonly onChange: (change: GraphqlSettingsChange) => void;
}

/** Each document with the hash that a page sends for it. One is added or removed without the others. */
export function TrustedDocuments({ trusted, document, isPending, onChange }: TrustedProps): ReactNode {
  const { t } = useLingui();
  const isTrusted = trusted.some((one) => one.document === document);
  const remove = async ({ sha256 }: TrustedDocument) => {
    const confirmed = await confirm({
      title: t`Trust this document no longer?`,
      description: t`Pages and apps that send its hash are refused from then on.`,
      confirmLabel: t`Remove`,
      danger: true,
    });
    if (confirmed) onChange({ remove_trusted: [sha256] });
  };
  return (
    <section aria-label={t`Trusted documents`} className="flex flex-col gap-3">
      <h2 className="font-medium">
        <Trans>Trusted documents</Trans>
      </h2>
      <p className="text-muted text-sm">
        <Trans>
          Each is found by the hash of its exact text: with one more blank or line end it is another document.
        </Trans>
      </p>
      {trusted.length === 0 && (
        <p className="text-sm">
          <Trans>No document is trusted yet.</Trans>
        </p>
      )}
      <ul className="flex flex-col gap-3">
        {trusted.map((one) => (
          <li key={one.sha256} className="flex flex-col gap-1">
            <div className="flex items-center gap-1">
              <code className="min-w-0 flex-1 break-all text-xs">{one.sha256}</code>
              <CopyButton text={one.sha256} label={t`Copy the hash`} />
              <IconButton
                size="sm"
                icon={<Trash2 aria-hidden />}
                label={t`Remove`}
                disabled={isPending}
                onClick={() => void remove(one)}
              />
            </div>
            <CodeBlock samples={one.document} label={`${t`Document`} ${one.sha256.slice(0, 8)}`} isLong />
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-2">
        <Button
          pending={isPending}
          disabled={document.trim() === "" || isTrusted}
          onClick={() => onChange({ add_trusted: [document] })}
        >
          <Trans>Trust the document of the first tab</Trans>
        </Button>
        {isTrusted && (
          <span className="text-muted text-sm">
            <Trans>It is trusted already.</Trans>
          </span>
        )}
      </div>
    </section>
  );
}
