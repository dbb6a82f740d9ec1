import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { CodeBlock } from "../../ui/code-block.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Spinner } from "../../ui/spinner.tsx";

/** The schema of the user that the page reads as. */
export function SchemaText(): ReactNode {
  const { t } = useLingui();
  const { slug, client, viewing } = useWorkspace();
  const { data, error, refetch } = useQuery({
    queryKey: apiKey(slug, "graphql/schema", { viewing }),
    queryFn: async ({ signal }) => (await client.request("api/graphql/schema", { signal })).text(),
  });
  if (error && data === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Spinner />;
  return <CodeBlock samples={data} label={t`Schema`} isLong />;
}
