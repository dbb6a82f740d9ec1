import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import * as z from "zod";
import { useWorkspace } from "../../api/workspace.ts";
import { useSearchState } from "../../app/search-state.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { DocumentRunner } from "./document-runner.tsx";
import { GraphqlSettingsForm } from "./graphql-settings.tsx";
import { SchemaText } from "./schema-text.tsx";

const address = z.object({ tab: z.enum(["run", "schema", "settings"]).optional() });

/** Documents to try, and the schema that they are written in. */
export default function GraphqlPage(): ReactNode {
  const { t } = useLingui();
  const { rights } = useWorkspace();
  const [{ tab = "run" }, setAddress] = useSearchState(address);
  // Kept while another tab is open.
  const [text, setText] = useState("{\n  __typename\n}\n");
  const [variables, setVariables] = useState("{}");
  const tabs = [
    {
      value: "run" as const,
      label: t`Document`,
      content: <DocumentRunner text={text} onText={setText} variables={variables} onVariables={setVariables} />,
    },
    { value: "schema" as const, label: t`Schema`, content: <SchemaText /> },
    ...(rights.administer
      ? [{ value: "settings" as const, label: t`Settings`, content: <GraphqlSettingsForm document={text} /> }]
      : []),
  ];
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`GraphQL`}
        description={<Trans>Every collection as a type, under the same rules as all other requests.</Trans>}
        className="pb-2"
      />
      <Tabs
        label={t`GraphQL`}
        value={tab}
        onValueChange={(next) => setAddress({ tab: next === "run" ? undefined : next })}
        items={tabs}
      />
    </div>
  );
}
