import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { PageLink } from "../../app/page-link.tsx";
import { type CollectionInfo, useCollections } from "../../data/collections.ts";
import { samplesOf } from "../../schema/code-samples.ts";
import { callsOf } from "../../schema/collection-calls.ts";
import { useApiAddress } from "../../schema/use-api-address.ts";
import { Card } from "../../ui/card.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";

/** How programs use the collection. */
export function CodeTab({ collection }: { readonly collection: CollectionInfo }): ReactNode {
  const { t } = useLingui();
  const address = useApiAddress();
  return (
    <div className="flex flex-col gap-6">
      <Card
        title={t`Calls`}
        description={
          <Trans>
            With a{" "}
            <PageLink path="keys" className="underline">
              key of this workspace
            </PageLink>{" "}
            in place of YOUR_KEY. What a key may do is decided by its kind and by the rules.
          </Trans>
        }
      >
        <div className="flex flex-col gap-4">
          {callsOf(collection).map(({ name, call }) => (
            <div key={name} className="flex flex-col gap-1">
              <h3 className="font-medium text-sm">{name}</h3>
              <CodeBlock label={name} samples={samplesOf(call, address)} />
            </div>
          ))}
        </div>
      </Card>
      <Card
        title={t`In an app`}
        description={t`A web page signs its users in with the client, and follows what changes. It needs a publishable key, and rules.`}
      >
        <CodeBlock label={t`In an app`} samples={appSample(collection.slug, address.url)} />
      </Card>
      <TypesCard />
    </div>
  );
}

/** Sign-up, and a list that stays current. */
function appSample(slug: string, url: string): string {
  const name = JSON.stringify(slug);
  return `import { createClient } from "@plinth/client";

const client = createClient({ url: ${JSON.stringify(url)}, key: "YOUR_KEY" });
await client.auth.password.signUp({ name: "Ada", email: "ada@example.com", password: "correct horse battery" });

client.from(${name}).live({ sort: "-created_at", limit: 20 }, (items) => {
  console.log(items);
});
`;
}

/** The types of all collections, as relations lead from one to another. */
function TypesCard(): ReactNode {
  const { t } = useLingui();
  const { data: collections } = useCollections();
  const generator = useQuery({
    queryKey: ["schema-types"],
    queryFn: () => import("@plinth/formats"),
    staleTime: Infinity,
  });
  const code = useMemo(() => collections && generator.data?.schemaFile(collections), [collections, generator.data]);
  return (
    <Card
      title={t`Types`}
      description={
        <Trans>
          What <code>plinth types --output schema.ts</code> writes: with <code>createClient&lt;Schema&gt;</code> the
          names of fields are completed and checked.
        </Trans>
      }
    >
      {code === undefined ? <SkeletonLines /> : <CodeBlock isLong label={t`Types for TypeScript`} samples={code} />}
    </Card>
  );
}
