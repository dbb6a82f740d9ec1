import { Trans, useLingui } from "@lingui/react/macro";
import type { Rule } from "@plinth/core";
import type { ReactNode } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useCollections } from "../../data/collections.ts";
import { type ApiCall, samplesOf } from "../../schema/code-samples.ts";
import { callsOf } from "../../schema/collection-calls.ts";
import { useApiAddress } from "../../schema/use-api-address.ts";
import { Button } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { KIND_NOTES, type NewApiKey } from "./api-key.ts";
import { firstReadable } from "./first-readable.ts";

interface KeyShownProps {
  readonly made: NewApiKey;
  readonly onDone: () => void;
}

/** What every key may ask. */
const WHO_IS_IT: ApiCall = { method: "GET", path: "/api/me", client: 'client.request("api/me")' };

/** The key itself, which no other page can show. */
export function KeyShown({ made, onDone }: KeyShownProps): ReactNode {
  const { t } = useLingui();
  const address = useApiAddress(made.key);
  const { rights } = useWorkspace();
  const { data: collections = [] } = useCollections();
  const { data: rules = [] } = useApiGet<readonly Rule[]>("permissions", {}, { enabled: rights.develop });
  const readable = firstReadable(made, collections, rules);
  const call = readable ? callsOf(readable)[0]!.call : WHO_IS_IT;
  return (
    <div className="flex max-w-4xl flex-col gap-5 p-4 lg:p-6">
      <PageHeader
        title={t`Copy the key now`}
        description={t`It is shown this once. The server keeps only a hash of it.`}
      />
      <div className="flex items-center gap-2 rounded-lg border bg-surface p-3">
        <code className="min-w-0 flex-1 break-all">{made.key}</code>
        <CopyButton text={made.key} label={t`Copy key`} labelled />
      </div>
      <p className="text-muted">{t(KIND_NOTES[made.kind])}</p>
      <CodeBlock label={t`A request with the key`} samples={samplesOf(call, address)} />
      {!readable && (
        <p className="text-muted text-sm">
          <Trans>
            No rule lets this key read a collection yet, so the example asks only whose key it is.{" "}
            <PageLink path="rules" className="underline">
              Rules
            </PageLink>
          </Trans>
        </p>
      )}
      <div>
        <Button variant="primary" onClick={onDone}>
          <Trans>I have stored it</Trans>
        </Button>
      </div>
    </div>
  );
}
