import { Trans, useLingui } from "@lingui/react/macro";
import { lazy, type ReactNode, Suspense } from "react";
import { z } from "zod";
import { PageLink } from "../../app/page-link.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { Breadcrumbs } from "../../ui/breadcrumbs.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { StartChoices } from "./start-choices.tsx";

const FileStart = lazy(() => import("./file/file-start.tsx"));
const TemplateStart = lazy(() => import("./templates/template-start.tsx"));
const FirstQuery = lazy(() => import("./use/first-query.tsx"));

const SEARCH = z.object({ from: z.enum(["file", "template"]).optional(), done: z.string().optional() });

/** From nothing to data that programs can read, in a few steps. */
export default function Start(): ReactNode {
  const { t } = useLingui();
  const [{ from, done }, setSearch] = useSearchState(SEARCH);
  const finish = (slug: string) => setSearch({ done: slug, from: undefined });
  const titles = { file: t`Start from a file`, template: t`Start from a template` };
  const title = done !== undefined ? t`Your data is there` : from ? titles[from] : t`Start with data`;
  return (
    <div className="flex min-w-0 flex-col p-4 lg:p-6">
      <PageHeader
        title={title}
        description={done === undefined && !from ? t`Everything can be changed later.` : undefined}
        breadcrumbs={
          (from || done !== undefined) && (
            <Breadcrumbs
              items={[
                <PageLink key="start" path="start">
                  <Trans>Start with data</Trans>
                </PageLink>,
                title,
              ]}
            />
          )
        }
      />
      <Suspense fallback={<SkeletonLines />}>
        {done !== undefined ? (
          <FirstQuery slug={done} />
        ) : from === "file" ? (
          <FileStart onDone={finish} />
        ) : from === "template" ? (
          <TemplateStart onDone={finish} />
        ) : (
          <StartChoices />
        )}
      </Suspense>
    </div>
  );
}
