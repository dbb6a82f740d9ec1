import { Trans, useLingui } from "@lingui/react/macro";
import type { Rule } from "@plinth/core";
import { ArrowRight, Play } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useApiGet } from "../../../api/hooks.ts";
import { useWorkspace } from "../../../api/workspace.ts";
import { NotFound } from "../../../app/not-found.tsx";
import { PageLink } from "../../../app/page-link.tsx";
import { type CollectionInfo, useCollection } from "../../../data/collections.ts";
import { samplesOf } from "../../../schema/code-samples.ts";
import { callsOf } from "../../../schema/collection-calls.ts";
import { useApiAddress } from "../../../schema/use-api-address.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { CodeBlock } from "../../../ui/code-block.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { SkeletonLines } from "../../../ui/skeleton.tsx";
import { FirstItems } from "./first-items.tsx";
import { KeyCard } from "./key-card.tsx";

/** The new collection: its items, and then its use in a program, with the call, its answer, and a key for it. */
export default function FirstQuery({ slug }: { readonly slug: string }): ReactNode {
  const collection = useCollection(slug);
  if (collection === undefined) return <SkeletonLines />;
  return collection === null ? <NotFound /> : <Query collection={collection} />;
}

function Query({ collection }: { readonly collection: CollectionInfo }): ReactNode {
  const { t } = useLingui();
  const { client } = useWorkspace();
  const { slug } = collection;
  const [key, setKey] = useState<string>();
  const address = useApiAddress(key);
  const { data: rules } = useApiGet<readonly Rule[]>("permissions", { collection: slug });
  const [answer, setAnswer] = useState<string>();
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<unknown>();
  const [list] = callsOf(collection);
  const isReadable = rules?.some(
    ({ role, action, effect }) => role === "public" && action === "read" && effect === "allow",
  );
  const run = async () => {
    setRunning(true);
    setError(undefined);
    try {
      const { data, has_more } = await client.from(slug).list({ limit: 3 });
      setAnswer(JSON.stringify({ data, has_more }, null, 2));
    } catch (refusal) {
      setError(refusal);
    } finally {
      setRunning(false);
    }
  };
  return (
    <div className="grid min-w-0 items-start gap-4 xl:grid-cols-2">
      <FirstItems collection={collection} />
      <Card
        title={t`Read it from a program`}
        actions={
          <Button size="sm" icon={<Play aria-hidden />} pending={isRunning} onClick={() => void run()}>
            <Trans>Run it here</Trans>
          </Button>
        }
      >
        <div className="flex min-w-0 flex-col gap-3">
          <CodeBlock label={t`List the items of ${slug}`} samples={samplesOf(list!.call, address)} />
          {answer !== undefined && (
            <CodeBlock isLong label={t`The answer, of the first three items`} samples={answer} />
          )}
          {error !== undefined && <ErrorState inline error={error} />}
        </div>
      </Card>
      <div className="flex flex-col gap-4">
        <KeyCard slug={slug} isReadable={isReadable} onKey={setKey} />
        <Card title={t`Go on`}>
          <ul className="flex flex-col gap-2 text-sm">
            <NextStep path={`collections/${slug}`}>
              <Trans>Add fields, links to other collections and indexes</Trans>
            </NextStep>
            <NextStep path="start" search={{ from: "file" }}>
              <Trans>Import another file, which may link to {slug}</Trans>
            </NextStep>
            <NextStep path="rules">
              <Trans>Decide who may read and write what</Trans>
            </NextStep>
          </ul>
        </Card>
      </div>
    </div>
  );
}

interface NextStepProps {
  readonly path: string;
  readonly search?: { readonly from: string };
  readonly children: ReactNode;
}

function NextStep({ path, search, children }: NextStepProps): ReactNode {
  return (
    <li className="flex items-center gap-2">
      <ArrowRight aria-hidden className="size-4 text-subtle" />
      <PageLink path={path} {...(search && { search })} className="text-accent-ink underline">
        {children}
      </PageLink>
    </li>
  );
}
