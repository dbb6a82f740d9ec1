import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { Spinner } from "../../ui/spinner.tsx";

const PATH = "graphql-settings";

interface Settings {
  readonly introspection: "everyone" | "admins";
  readonly documents: "any" | "trusted";
  readonly trusted: readonly { readonly sha256: string; readonly document: string }[];
}

type Change = Partial<Pick<Settings, "introspection" | "documents">> & { readonly trusted?: readonly string[] };

/** Who may read the schema, and what others than administrators may run. */
export function GraphqlSettingsForm({ document }: { readonly document: string }): ReactNode {
  const { t } = useLingui();
  const { data, error, refetch } = useApiGet<Settings>(PATH);
  const change = useApiMutation<Change>({ run: (api, values) => api.patch(PATH, values), changes: [PATH] });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spinner />;
  const texts = data.trusted.map((one) => one.document);
  const isTrusted = texts.includes(document);
  return (
    <Card>
      <div className="flex max-w-xl flex-col gap-4">
        <Field label={t`Who may read the schema`}>
          <Select
            value={data.introspection}
            onValueChange={(introspection) => change.mutate({ introspection })}
            options={[
              { value: "everyone", label: t`Everyone, as far as the rules allow` },
              { value: "admins", label: t`Administrators and secret keys` },
            ]}
          />
        </Field>
        <Field label={t`What all others may run`}>
          <Select
            value={data.documents}
            onValueChange={(documents) => change.mutate({ documents })}
            options={[
              { value: "any", label: t`Any document` },
              { value: "trusted", label: t`Trusted documents only` },
            ]}
          />
        </Field>
        <p className="text-muted text-sm">
          <Plural value={texts.length} one="# document is trusted." other="# documents are trusted." />
        </p>
        <div className="flex gap-2">
          <Button
            pending={change.isPending}
            disabled={document.trim() === ""}
            onClick={() =>
              change.mutate({ trusted: isTrusted ? texts.filter((text) => text !== document) : [...texts, document] })
            }
          >
            {isTrusted ? <Trans>Do not trust this document any more</Trans> : <Trans>Trust this document</Trans>}
          </Button>
        </div>
        {change.error && <ErrorState error={change.error} inline />}
      </div>
    </Card>
  );
}
