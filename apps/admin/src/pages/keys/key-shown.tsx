import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { API_URL } from "../../api/config.ts";
import { Button } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { KIND_NOTES, type NewApiKey } from "./api-key.ts";

interface KeyShownProps {
  readonly made: NewApiKey;
  readonly onDone: () => void;
}

/** The key itself, which no other page can show. */
export function KeyShown({ made, onDone }: KeyShownProps): ReactNode {
  const { t } = useLingui();
  return (
    <div className="flex max-w-3xl flex-col gap-5 p-4 lg:p-6">
      <PageHeader
        title={t`Copy the key now`}
        description={t`It is shown this once. The server keeps only a hash of it.`}
      />
      <div className="flex items-center gap-2 rounded-lg border bg-surface p-3">
        <code className="min-w-0 flex-1 break-all">{made.key}</code>
        <CopyButton text={made.key} label={t`Copy key`} labelled />
      </div>
      <p className="text-muted">{t(KIND_NOTES[made.kind])}</p>
      <CodeBlock
        label={t`A request with the key`}
        samples={[
          { label: "curl", code: `curl ${API_URL}/api/me -H 'x-api-key: ${made.key}'` },
          {
            label: "JavaScript",
            code: `import { createClient } from "@plinth/client";\n\nconst client = createClient({ url: "${API_URL}", key: "${made.key}" });`,
          },
          {
            label: "Python",
            code: `import httpx\n\nclient = httpx.Client(base_url="${API_URL}", headers={"x-api-key": "${made.key}"})\nprint(client.get("/api/me").json())`,
          },
        ]}
      />
      <div>
        <Button variant="primary" onClick={onDone}>
          <Trans>I have stored it</Trans>
        </Button>
      </div>
    </div>
  );
}
