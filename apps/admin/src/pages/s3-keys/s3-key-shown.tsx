import { Trans, useLingui } from "@lingui/react/macro";
import type { S3KeyWithSecret } from "@plinth/client/files";
import type { ReactNode } from "react";
import { API_URL } from "../../api/config.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { s3SamplesOf } from "./s3-samples.ts";

interface S3KeyShownProps {
  readonly made: S3KeyWithSecret;
  /** One that it may use, for the examples; undefined: there is none yet. */
  readonly bucket: string | undefined;
  readonly onDone: () => void;
}

/** The secret, which no other page can show, and how programs use it. */
export function S3KeyShown({ made, bucket, onDone }: S3KeyShownProps): ReactNode {
  const { t } = useLingui();
  const endpoint = `${API_URL}/s3`;
  const row = (key: string, label: string, text: string, copy: string) => ({
    key,
    label,
    value: <code className="break-all">{text}</code>,
    copy: <CopyButton text={text} label={copy} />,
  });
  return (
    <div className="flex max-w-4xl flex-col gap-5 p-4 lg:p-6">
      <PageHeader
        title={t`Copy the secret now`}
        description={t`The secret of “${made.name}” is shown this once. No other page can show it.`}
      />
      <Card>
        <KeyValueList
          items={[
            row("id", t`Access key ID`, made.access_key_id, t`Copy the access key`),
            row("secret", t`Secret access key`, made.secret_access_key, t`Copy the secret`),
            row("endpoint", t`Endpoint`, endpoint, t`Copy the endpoint`),
            row("region", t`Region`, "us-east-1", t`Copy the region`),
          ]}
        />
      </Card>
      <p className="text-muted text-sm">
        <Trans>Clients may use any region. Where a client asks for a style of addresses, choose path-style.</Trans>
      </p>
      <CodeBlock label={t`Clients of S3 with the key`} samples={s3SamplesOf(made, endpoint, bucket ?? "my-bucket")} />
      <div>
        <Button variant="primary" onClick={onDone}>
          <Trans>I have stored it</Trans>
        </Button>
      </div>
    </div>
  );
}
