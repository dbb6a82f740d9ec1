import { Trans, useLingui } from "@lingui/react/macro";
import { useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { useLeaveGuard } from "../../app/forms/use-leave-guard.ts";
import { NotFound } from "../../app/not-found.tsx";
import { PageFailure } from "../../app/page-failure.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Breadcrumbs } from "../../ui/breadcrumbs.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { confirm } from "../../ui/confirm.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { toast } from "../../ui/toast.ts";
import {
  inLanguage,
  LANGUAGE_TAG,
  languageName,
  type Template,
  type TemplateTexts,
  type TranslatableTemplate,
  titleOf,
} from "./template.ts";
import { TemplatePreview } from "./template-preview.tsx";

/** The texts of one message, beside what users will see. */
export default function TemplateEditor(): ReactNode {
  const { name = "", language = "" } = useParams({ strict: false }) as { name?: string; language?: string };
  const { data, error, refetch } = useApiGet<readonly Template[]>("mail/templates");
  if (error && !data) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!data) return <PagePending />;
  // In a language in which nothing is written yet, it begins with the texts that are sent instead.
  const found = LANGUAGE_TAG.test(language) && inLanguage(data, language).find((one) => one.name === name);
  return found ? <Editor key={`${name}/${language}`} stored={found} /> : <NotFound />;
}

function Editor({ stored }: { readonly stored: TranslatableTemplate }): ReactNode {
  const { t } = useLingui();
  const path = `mail/templates/${stored.name}/${stored.language}`;
  /** What was typed, until it is stored: what somebody else stores meanwhile takes nothing of it away. */
  const [typed, setTyped] = useState<TemplateTexts>();
  const texts = typed ?? stored;
  const isChanged = texts.subject !== stored.subject || texts.text !== stored.text || texts.html !== stored.html;
  useLeaveGuard(isChanged);
  const change = (part: Partial<TemplateTexts>) =>
    setTyped({ subject: texts.subject, text: texts.text, html: texts.html, ...part });
  const changes = ["mail/templates"];
  const save = useApiMutation({
    run: (api, sent: TemplateTexts) => api.put<Template>(path, bodyOf(sent, stored)),
    changes,
    onDone: () => toast.success(t`Saved`),
  });
  const reset = useApiMutation({
    run: (api) => api.delete(path),
    changes,
    onDone: () => toast.success(t`The built-in texts are back`),
  });
  const send = useApiMutation({
    run: (api) => api.post<{ readonly to: string }>(`${path}/test`),
    changes: ["mail/outbox"],
    onDone: ({ to }) => toast.success(t`On its way to ${to}`),
  });
  const askReset = async () => {
    const confirmed = await confirm({
      title: t`Go back to the built-in texts?`,
      description: t`Your own texts of this message in this language are deleted.`,
      confirmLabel: t`Delete my texts`,
      danger: true,
    });
    if (confirmed) reset.mutate(undefined, { onSuccess: () => setTyped(undefined) });
  };
  const error = save.error ?? reset.error ?? send.error;
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        breadcrumbs={
          <Breadcrumbs
            items={[
              <PageLink key="mail" path="mail" search={{ language: stored.language }}>
                <Trans>Mail</Trans>
              </PageLink>,
              titleOf(stored.name),
            ]}
          />
        }
        title={titleOf(stored.name)}
        aside={<Badge tone={stored.built_in ? "neutral" : "accent"}>{languageName(stored.language)}</Badge>}
        actions={
          <>
            <Button pending={send.isPending} disabled={isChanged || stored.isMissing} onClick={() => send.mutate()}>
              <Trans>Send to yourself</Trans>
            </Button>
            {!stored.built_in && !stored.isMissing && (
              <Button pending={reset.isPending} onClick={askReset}>
                <Trans>Built-in texts</Trans>
              </Button>
            )}
            <Button
              variant="primary"
              disabled={!isChanged}
              pending={save.isPending}
              // What was typed meanwhile stays.
              onClick={() =>
                save.mutate(texts, { onSuccess: () => setTyped((now) => (now === texts ? undefined : now)) })
              }
            >
              <Trans>Save</Trans>
            </Button>
          </>
        }
      />
      {error && <ErrorState inline error={error} className="mb-4" />}
      {stored.isMissing && (
        <p className="pb-4 text-muted text-sm">
          <Trans>Nothing is written in this language yet: these are the English texts. Translate them, and save.</Trans>
        </p>
      )}
      <div className="grid gap-4 lg:grid-cols-2">
        <Card title={t`Texts`} description={t`Variables: ${stored.variables.map((one) => `{{${one}}}`).join(", ")}`}>
          <div className="flex flex-col gap-4">
            {stored.channel === "mail" && (
              <Field label={t`Subject`}>
                <Input value={texts.subject} onChange={(event) => change({ subject: event.target.value })} />
              </Field>
            )}
            <Field label={t`Plain text`}>
              <Textarea rows={8} value={texts.text} onChange={(event) => change({ text: event.target.value })} />
            </Field>
            {stored.channel === "mail" && (
              <Field label={t`HTML`} description={t`Shown by most mail programs in place of the plain text.`}>
                <Textarea
                  rows={10}
                  className="font-mono text-xs"
                  value={texts.html ?? ""}
                  onChange={(event) => change({ html: event.target.value || null })}
                />
              </Field>
            )}
          </div>
        </Card>
        <TemplatePreview path={path} texts={bodyOf(texts, stored)} />
      </div>
    </div>
  );
}

/** A text message has no subject and no HTML. */
function bodyOf({ subject, text, html }: TemplateTexts, { channel }: Template): object {
  return channel === "mail" ? { subject, text, html } : { text };
}
