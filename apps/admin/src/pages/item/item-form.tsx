import { Trans, useLingui } from "@lingui/react/macro";
import type { Json } from "@plinth/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { apiKey, useApiMutation } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { isOutrunBy } from "../../app/conflict/is-outrun-by.ts";
import { ItemConflictDialog } from "../../app/conflict/item-conflict-dialog.tsx";
import { useLeaveGuard } from "../../app/forms/use-leave-guard.ts";
import type { CollectionInfo } from "../../data/collections.ts";
import { type Item, ownValues } from "../../data/item.ts";
import { useFreshItems } from "../../data/use-fresh-items.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { toast } from "../../ui/toast.ts";
import { documentText, readDocument } from "./document.ts";
import { DocumentEditor } from "./document-editor.tsx";
import { type ItemDraft, readDraft } from "./item.ts";
import { ItemFields } from "./item-fields.tsx";
import { problemsOf } from "./problems.ts";

interface ItemFormProps {
  readonly collection: CollectionInfo;
  readonly item: Item;
}

interface Save {
  readonly values: Record<string, Json>;
  /** The version on which the values rest. */
  readonly version: number;
  /** What was typed when it was sent. */
  readonly draft: ItemDraft;
  readonly text: string | undefined;
}

/** Changes an item. What was typed rests on the version that was shown: a newer one is never overwritten unseen. */
export function ItemForm({ collection, item }: ItemFormProps): ReactNode {
  const { t } = useLingui();
  const { slug: workspace, client, rights } = useWorkspace();
  const queries = useQueryClient();
  const items = client.from(collection.slug);
  const isDocument = collection.kind === "document";
  /** The version that the form shows; it stays while something is typed. */
  const [base, setBase] = useState(item);
  const [draft, setDraft] = useState<ItemDraft>({});
  const [text, setText] = useState<string>();
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  const [isOutrun, setOutrun] = useState(false);
  const read = readDraft(collection, base, draft);
  const isDirty = isDocument
    ? text !== undefined && text !== documentText(base)
    : hasAny(read.values) || hasAny(read.problems);
  const form = useRef<HTMLFormElement>(null);
  useLeaveGuard(isDirty);
  useFreshItems(collection.slug, item.id);
  // Nothing typed is lost when somebody else changes the item: the form shows the new one only while it is untouched.
  if (item.version !== base.version && !isDirty && !isOutrun) {
    setBase(item);
    // What was typed and taken back would be a change of the new one.
    setDraft({});
    setText(undefined);
  }

  const discard = (next: Item, sent: Pick<Save, "draft" | "text"> = { draft, text }) => {
    setBase(next);
    // What was typed meanwhile stays.
    setDraft((now) => Object.fromEntries(Object.entries(now).filter(([name, typed]) => typed !== sent.draft[name])));
    setText((now) => (now === sent.text ? undefined : now));
    setProblems({});
    setOutrun(false);
  };
  const save = useApiMutation({
    run: (_, { values, version }: Save) =>
      (isDocument
        ? items.replace(item.id, values, { if_version: version })
        : items.update(item.id, values, { if_version: version })) as Promise<unknown>,
    changes: [`items/${collection.slug}`],
    onDone: (stored, sent) => {
      queries.setQueryData(apiKey(workspace, `items/${collection.slug}/${item.id}`), stored);
      discard(stored as Item, sent);
      toast.success(t`Saved`);
    },
  });
  const send = (change: Pick<Save, "values" | "version">) =>
    save.mutate(
      { ...change, draft, text },
      {
        onError: (error) => {
          if (isOutrunBy(error)) setOutrun(true);
          else setProblems(problemsOf(error, collection));
        },
      },
    );
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (!isDirty || save.isPending) return;
    const { values, problems: found } = isDocument ? readDocument(text ?? documentText(base)) : read;
    setProblems(found);
    if (!hasAny(found)) send({ values, version: base.version });
  };
  useSaveShortcut(() => form.current?.requestSubmit());

  return (
    <form ref={form} onSubmit={submit} noValidate className="flex flex-col gap-4">
      {item.version !== base.version && isDirty && (
        <p role="status" className="rounded-lg border bg-info-soft p-3 text-info-ink text-sm">
          <Trans>Somebody else has changed this item. When you save, you see both versions.</Trans>
        </p>
      )}
      {isDocument ? (
        <DocumentEditor
          text={text ?? documentText(base)}
          onText={setText}
          problem={problems.document}
          readOnly={!rights.edit}
        />
      ) : (
        <ItemFields
          collection={collection}
          item={base}
          draft={draft}
          problems={problems}
          disabled={!rights.edit}
          onType={(field, typed) => setDraft({ ...draft, [field]: typed })}
        />
      )}
      {save.error && !isOutrunBy(save.error) && !hasAny(problems) && <ErrorState inline error={save.error} />}
      {rights.edit && (
        <div className="sticky bottom-0 flex gap-2 bg-canvas py-3">
          <Button type="submit" variant="primary" disabled={!isDirty} pending={save.isPending}>
            <Trans>Save</Trans>
          </Button>
          <Button disabled={!isDirty} onClick={() => discard(item)}>
            <Trans>Discard</Trans>
          </Button>
        </div>
      )}
      {isOutrun && (
        <ItemConflictDialog
          collection={collection.slug}
          id={item.id}
          base={isDocument ? ownValues(base) : base}
          mine={isDocument ? readDocument(text ?? documentText(base)).values : read.values}
          isWhole={isDocument}
          pending={save.isPending}
          onSettle={(theirs, values) => {
            setOutrun(false);
            if (values === undefined) discard(theirs);
            else send({ values, version: theirs.version });
          }}
          onGone={() => {
            setOutrun(false);
            discard(item);
          }}
          onClose={() => setOutrun(false)}
        />
      )}
    </form>
  );
}

function hasAny(values: object): boolean {
  return Object.keys(values).length > 0;
}

/** Ctrl S, or ⌘ S on a Mac. */
function useSaveShortcut(save: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      save();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
}
