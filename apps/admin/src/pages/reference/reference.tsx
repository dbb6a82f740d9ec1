import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { BookOpen } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { cn } from "../../ui/cn.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { SearchInput } from "../../ui/search-input.tsx";
import { OperationList } from "./operation-list.tsx";
import { OperationView } from "./operation-view.tsx";
import { type OpenApiDocument, operationsOf, searchOperations } from "./operations.ts";

const address = z.object({ op: z.string().max(100).optional(), q: z.string().max(100).optional() });

/** Every route, as the operator may call it, with code and a way to try it. */
export default function Reference(): ReactNode {
  const { t } = useLingui();
  const { slug, client } = useWorkspace();
  const [{ op, q = "" }, setAddress] = useSearchState(address);
  const { data, error, refetch } = useQuery({
    queryKey: apiKey(slug, "openapi.json"),
    queryFn: async ({ signal }) =>
      (await (await client.request("api/openapi.json", { signal })).json()) as OpenApiDocument,
  });
  const operations = useMemo(() => (data ? operationsOf(data) : []), [data]);
  const found = useMemo(() => searchOperations(operations, q), [operations, q]);
  if (error) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!data) return <PagePending />;
  const chosen = operations.find(({ id }) => id === op);
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`API reference`}
        description={t`Every route that you may call, with the collections of this workspace. Choose one to see its code, and to try it.`}
      />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[22rem_minmax(0,1fr)]">
        <div className={cn("lg:sticky lg:top-4", chosen && "max-lg:hidden")}>
          <SearchInput
            label={t`Search routes`}
            value={q}
            onSearch={(text) => setAddress({ q: text || undefined }, { replace: true })}
            className="w-full sm:w-full"
          />
          <OperationList
            key={q}
            operations={found}
            isSearch={q !== ""}
            chosen={chosen?.id}
            onChoose={(id) => setAddress({ op: id })}
          />
        </div>
        {chosen ? (
          <OperationView
            key={chosen.id}
            operation={chosen}
            document={data}
            onBack={() => setAddress({ op: undefined })}
          />
        ) : (
          <div className="max-lg:hidden">
            <EmptyState icon={<BookOpen />} title={t`Choose a route`}>
              <Trans>You see its parameters, its body and its answer, and code for curl, JavaScript and Python.</Trans>
            </EmptyState>
          </div>
        )}
      </div>
    </div>
  );
}
