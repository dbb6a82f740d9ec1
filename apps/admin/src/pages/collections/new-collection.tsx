import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { z } from "zod";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { useLeaveGuard } from "../../app/forms/use-leave-guard.ts";
import { useGo } from "../../app/links.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { useCollections } from "../../data/collections.ts";
import { applySteps, type Refusals, refusalsOf } from "../../schema/apply.ts";
import { EMPTY_DRAFT } from "../../schema/draft.ts";
import { FieldList } from "../../schema/field-list.tsx";
import { FieldSheet } from "../../schema/field-sheet.tsx";
import { creationOf } from "../../schema/plan.ts";
import { slugProblem } from "../../schema/problems.ts";
import { toSlug } from "../../schema/slug.ts";
import { Breadcrumbs } from "../../ui/breadcrumbs.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { toast } from "../../ui/toast.ts";

const SEARCH = z.object({ field: z.string().optional() });

/** A collection from a name and its first fields, made by one request. */
export default function NewCollection(): ReactNode {
  const { t } = useLingui();
  const { slug: workspace, api } = useWorkspace();
  const queries = useQueryClient();
  const go = useGo();
  const { data: collections = [] } = useCollections();
  const [{ field }, setSearch] = useSearchState(SEARCH);
  const [name, setName] = useState("");
  const [kind, setKind] = useState<"managed" | "document">("managed");
  const [isOwned, setOwned] = useState(false);
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [isSent, setSent] = useState(false);
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>();
  const [refusals, setRefusals] = useState<Refusals>({});
  const slug = toSlug(name);
  const problem = slugProblem(
    slug,
    collections.map((one) => one.slug),
  );
  const guard = useLeaveGuard(draft.fields.length > 0, { isKeptOnPage: true });
  const opened = draft.fields.find((one) => one.field.name === field);

  const create = async (event: FormEvent) => {
    event.preventDefault();
    setSent(true);
    if (problem !== undefined) return;
    setPending(true);
    const fields = kind === "document" ? [] : draft.fields;
    const steps = creationOf(slug, kind, { ...draft, fields }, isOwned);
    const failure = await applySteps(api, steps, () => {});
    await queries.invalidateQueries({ queryKey: apiKey(workspace, "collections") });
    await queries.invalidateQueries({ queryKey: apiKey(workspace, "permissions") });
    setPending(false);
    // The collection itself is there: what is left is done on its own page.
    if (!failure || failure.step > 0) guard.allow();
    if (!failure) {
      toast.success(t`The collection ${slug} is there.`);
      go(`collections/${slug}`);
      return;
    }
    setError(failure.error);
    setRefusals(refusalsOf(failure.error, steps[failure.step]!));
    if (failure.step > 0) go(`collections/${slug}`);
  };

  return (
    <form onSubmit={(event) => void create(event)} noValidate className="flex max-w-4xl flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        title={t`New collection`}
        className="pb-0"
        breadcrumbs={
          <Breadcrumbs
            items={[
              <PageLink key="list" path="collections">
                <Trans>Collections</Trans>
              </PageLink>,
              t`New`,
            ]}
          />
        }
      />
      <Card>
        <div className="flex max-w-2xl flex-col gap-4">
          <Field
            label={t`Name`}
            required
            error={isSent || (name !== "" && slug !== "") ? problem : undefined}
            description={
              slug === "" || slug === name
                ? t`In the plural, such as posts or order_lines. It stays as it is.`
                : t`In URLs it is ${slug}.`
            }
          >
            <Input
              value={name}
              autoFocus
              spellCheck={false}
              placeholder="posts"
              onChange={(event) => setName(event.target.value)}
            />
          </Field>
          <Field label={t`Note`} description={t`What it holds, for the people and programs that use it.`}>
            <Textarea
              value={draft.note}
              rows={2}
              maxLength={2000}
              onChange={(event) => setDraft({ ...draft, note: event.target.value })}
            />
          </Field>
          <Field label={t`Kind`}>
            <RadioGroup
              boxed
              value={kind}
              onValueChange={setKind}
              options={[
                {
                  value: "managed",
                  label: t`Table`,
                  description: t`Items have the fields that you declare. Values are checked. The usual choice.`,
                },
                {
                  value: "document",
                  label: t`Documents`,
                  description: t`Items are any JSON objects, such as events of different kinds.`,
                },
              ]}
            />
          </Field>
          <Field
            inline
            label={t`Signed-in users keep items of their own here`}
            description={t`Makes rules: they create items, and read, change and delete theirs. Otherwise the collection is closed until you add rules.`}
          >
            <Checkbox checked={isOwned} onCheckedChange={(on) => setOwned(on === true)} />
          </Field>
        </div>
      </Card>
      {kind === "managed" && (
        <section aria-label={t`Fields`} className="flex flex-col gap-2">
          <h2 className="font-semibold text-base">
            <Trans>Fields</Trans>
          </h2>
          <FieldList
            draft={draft}
            quiet
            onDraft={setDraft}
            onOpen={(next) => setSearch({ field: next })}
            refused={refusals}
          />
        </section>
      )}
      {error !== undefined && <ErrorState inline error={error} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" pending={isPending}>
          <Trans>Create collection</Trans>
        </Button>
        <Button asChild>
          <PageLink path="collections">
            <Trans>Cancel</Trans>
          </PageLink>
        </Button>
      </div>
      <FieldSheet
        slug={slug}
        draft={draft}
        open={field}
        onOpen={(next) => setSearch({ field: next })}
        onDraft={setDraft}
        refusals={(opened && refusals[opened.key]) ?? {}}
      />
    </form>
  );
}
