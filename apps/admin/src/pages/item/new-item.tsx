import { Trans, useLingui } from "@lingui/react/macro";
import type { Json } from "@plinth/core";
import { useParams } from "@tanstack/react-router";
import { Eye } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { useLeaveGuard } from "../../app/forms/use-leave-guard.ts";
import { useGo } from "../../app/links.ts";
import { NotFound } from "../../app/not-found.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { type CollectionInfo, useCollection } from "../../data/collections.ts";
import type { Item } from "../../data/item.ts";
import { useLocked } from "../../data/use-locked.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { toast } from "../../ui/toast.ts";
import { readDocument } from "./document.ts";
import { DocumentEditor } from "./document-editor.tsx";
import { type ItemDraft, readDraft } from "./item.ts";
import { ItemCrumbs } from "./item-crumbs.tsx";
import { ItemFields } from "./item-fields.tsx";
import { linkedCollections, linksBody, NewLinkFields, type NewLinks } from "./new-links.tsx";
import { problemsOf } from "./problems.ts";

/** Makes an item. */
export default function NewItem(): ReactNode {
  const { collection: slug = "" } = useParams({ strict: false }) as { collection?: string };
  const collection = useCollection(slug);
  const locked = useLocked();
  if (collection === undefined) return <PagePending />;
  if (collection === null) return <NotFound />;
  if (locked !== undefined) return <EmptyState icon={<Eye />} title={locked} />;
  return <Form key={slug} collection={collection} />;
}

const EMPTY_DOCUMENT = "{\n  \n}";

function Form({ collection }: { readonly collection: CollectionInfo }): ReactNode {
  const { t } = useLingui();
  const { client } = useWorkspace();
  const go = useGo();
  const [draft, setDraft] = useState<ItemDraft>({});
  const [links, setLinks] = useState<NewLinks>({});
  const [text, setText] = useState(EMPTY_DOCUMENT);
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  const isDocument = collection.kind === "document";
  const create = useApiMutation({
    run: (_, values: Record<string, Json>) => client.from(collection.slug).create(values) as Promise<unknown>,
    changes: [collection.slug, ...linkedCollections(links, collection)].map((slug) => `items/${slug}`),
    onDone: (item) => {
      leave.allow();
      toast.success(t`Created`);
      go(`collections/${collection.slug}/items/${(item as Item).id}`);
    },
  });
  const leave = useLeaveGuard(Object.keys({ ...draft, ...linksBody(links) }).length > 0 || text !== EMPTY_DOCUMENT);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = isDocument ? readDocument(text) : readDraft(collection, undefined, draft);
    setProblems(read.problems);
    if (Object.keys(read.problems).length > 0) return;
    create.mutate(
      { ...read.values, ...linksBody(links) },
      { onError: (error) => setProblems(problemsOf(error, collection)) },
    );
  };
  return (
    <form onSubmit={submit} noValidate className="flex max-w-4xl flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        breadcrumbs={<ItemCrumbs slug={collection.slug} title={t`New`} />}
        title={t`New item`}
        className="pb-0"
      />
      {isDocument ? (
        <DocumentEditor text={text} onText={setText} problem={problems.document} />
      ) : (
        <>
          <ItemFields
            collection={collection}
            draft={draft}
            problems={problems}
            onType={(field, typed) => setDraft({ ...draft, [field]: typed })}
          />
          <NewLinkFields collection={collection} links={links} problems={problems} onLinks={setLinks} />
        </>
      )}
      {create.error && Object.keys(problems).length === 0 && <ErrorState inline error={create.error} />}
      <div className="flex gap-2 pt-3">
        <Button type="submit" variant="primary" pending={create.isPending}>
          <Trans>Create</Trans>
        </Button>
        <Button onClick={() => go(`collections/${collection.slug}/items`)}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </form>
  );
}
