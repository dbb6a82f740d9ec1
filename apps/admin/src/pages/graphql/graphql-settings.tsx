import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import type { GraphqlSettingsChange, GraphqlSettingsValues } from "./settings-values.ts";
import { TrustedDocuments } from "./trusted-documents.tsx";

const PATH = "graphql-settings";

/** Who may read the schema, and what others than administrators may run. */
export function GraphqlSettingsForm({ document }: { readonly document: string }): ReactNode {
  const { t } = useLingui();
  const { data, error, refetch } = useApiGet<GraphqlSettingsValues>(PATH);
  const change = useApiMutation<GraphqlSettingsChange>({
    run: (api, values) => api.patch(PATH, values),
    changes: [PATH],
  });
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spinner />;
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
        <TrustedDocuments
          trusted={data.trusted}
          document={document}
          isPending={change.isPending}
          onChange={(next) => change.mutate(next)}
        />
        {change.error && <ErrorState error={change.error} inline />}
      </div>
    </Card>
  );
}
