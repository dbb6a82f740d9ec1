import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import * as z from "zod";
import { useWorkspace } from "../../api/workspace.ts";
import { useSearchState } from "../../app/search-state.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { DocumentRunner } from "./document-runner.tsx";
import { GraphqlSettingsForm } from "./graphql-settings.tsx";
import { SchemaText } from "./schema-text.tsx";
import { useTypedDocument } from "./typed-document.ts";
import { useDocumentRun } from "./use-document-run.ts";

const address = z.object({ tab: z.enum(["run", "schema", "settings"]).optional() });

/** Documents to try, and the schema that they are written in. */
export default function GraphqlPage(): ReactNode {
  const { t } = useLingui();
  const { rights } = useWorkspace();
  const [{ tab = "run" }, setAddress] = useSearchState(address);
  const [typed, change] = useTypedDocument();
  // Here, so that an answer is still there after another tab was open.
  const run = useDocumentRun();
  const tabs = [
    {
      value: "run" as const,
      label: t`Document`,
      content: <DocumentRunner typed={typed} onChange={change} run={run} />,
    },
    { value: "schema" as const, label: t`Schema`, content: <SchemaText /> },
    ...(rights.administer
      ? [{ value: "settings" as const, label: t`Settings`, content: <GraphqlSettingsForm document={typed.text} /> }]
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
        // An address may name one that is not for everybody.
        value={tabs.some(({ value }) => value === tab) ? tab : "run"}
        onValueChange={(next) => setAddress({ tab: next === "run" ? undefined : next })}
        items={tabs}
      />
    </div>
  );
}
