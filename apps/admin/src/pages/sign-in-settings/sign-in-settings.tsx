import { Trans, useLingui } from "@lingui/react/macro";
import { PlinthClientError } from "@plinth/client";
import { type FormEvent, type ReactNode, useState } from "react";
import * as z from "zod";
import { API_URL } from "../../api/config.ts";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { useLeaveGuard } from "../../app/forms/use-leave-guard.ts";
import { MailNotice } from "../../app/mail-delivery.tsx";
import { PageFailure } from "../../app/page-failure.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { useFunctionNames } from "../../deployed/job-name-field.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { cn } from "../../ui/cn.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { errorWords } from "../../ui/error-words.ts";
import { Select } from "../../ui/select.tsx";
import { toast } from "../../ui/toast.ts";
import { HookSecret } from "./hook-secret.tsx";
import { PagePreview } from "./page-preview.tsx";
import { SettingField } from "./setting-field.tsx";
import { changesOf, SECTIONS, type Section, type Settings } from "./settings.ts";
import { SignInFrame } from "./sign-in-frame.tsx";

const address = z.object({ section: z.string().optional() });

/** How the users of the workspace sign up and in. */
export default function SignInSettings(): ReactNode {
  const { t } = useLingui();
  const { slug } = useWorkspace();
  const [{ section: name }, setAddress] = useSearchState(address);
  const { data, error, refetch } = useApiGet<Settings>("auth-settings");
  if (error && !data) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!data) return <PagePending />;
  const section = SECTIONS.find((one) => one.name === name) ?? SECTIONS[0]!;
  return (
    <SignInFrame
      actions={
        <Button asChild>
          <a href={`${API_URL}/t/${encodeURIComponent(slug)}/sign-in?preview=1`} target="_blank" rel="noreferrer">
            <Trans>See the sign-in page</Trans>
          </a>
        </Button>
      }
    >
      <div className="flex flex-col gap-4 md:flex-row">
        <div className="md:hidden">
          <Select
            aria-label={t`Section`}
            value={section.name}
            onValueChange={(next) => setAddress({ section: next })}
            options={SECTIONS.map((one) => ({ value: one.name, label: t(one.title) }))}
          />
        </div>
        <nav aria-label={t`Sections`} className="hidden w-44 shrink-0 flex-col md:flex">
          {SECTIONS.map((one) => (
            <button
              key={one.name}
              type="button"
              aria-current={one === section ? "true" : undefined}
              onClick={() => setAddress({ section: one.name })}
              className={cn(
                "flex min-h-7 items-center rounded-md px-2 text-left text-muted hover:bg-hover hover:text-ink pointer-coarse:min-h-11",
                "aria-[current=true]:bg-selected aria-[current=true]:font-medium aria-[current=true]:text-ink",
              )}
            >
              {t(one.title)}
            </button>
          ))}
        </nav>
        <SectionForm key={section.name} section={section} stored={data[section.name] ?? {}} />
      </div>
    </SignInFrame>
  );
}

function SectionForm({ section, stored }: { readonly section: Section; readonly stored: Settings[string] }): ReactNode {
  const { t } = useLingui();
  // Only what was typed: the rest follows the server, such as the ids of secrets that are made meanwhile.
  const [draft, setDraft] = useState<Record<string, unknown>>({});
  const values = { ...stored, ...draft };
  const changes = changesOf(stored, draft);
  const isChanged = Object.keys(changes).length > 0;
  useLeaveGuard(isChanged);
  const save = useApiMutation({
    run: (api, sent: Record<string, unknown>) => api.patch("auth-settings", { [section.name]: sent }),
    changes: ["auth-settings"],
    onDone: () => toast.success(t`Saved`),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // What was typed meanwhile stays. A secret does not: no answer holds it.
    save.mutate(changes, { onSuccess: () => setDraft((now) => changesOf(changes, now)) });
  };
  const functions = useFunctionNames();
  const missing = (value: unknown) => {
    const name = typeof value === "string" && value.startsWith("function:") ? value.slice(9) : undefined;
    const isGone =
      section.name === "hooks" && name !== undefined && functions !== undefined && !functions.includes(name);
    return isGone ? t`There is no function ${name}.` : undefined;
  };
  const refused = fieldIn(save.error, section.name);
  const isKnown = section.settings.some(({ name }) => name === refused);
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-4">
      <form onSubmit={submit} className="max-w-2xl">
        <Card
          title={t(section.title)}
          description={t(section.note)}
          footer={
            <Button type="submit" variant="primary" disabled={!isChanged} pending={save.isPending}>
              <Trans>Save</Trans>
            </Button>
          }
        >
          <div className="flex max-w-xl flex-col gap-5">
            {section.name === "email" && <MailNotice />}
            {section.settings
              .filter(({ when }) => when === undefined || values[when])
              .map((setting) => (
                <SettingField
                  key={setting.name}
                  setting={setting}
                  value={values[setting.name]}
                  onChange={(value) => setDraft({ ...draft, [setting.name]: value })}
                  error={refused === setting.name ? errorWords(save.error) : missing(values[setting.name])}
                />
              ))}
            {save.error && !isKnown && <ErrorState inline error={save.error} />}
          </div>
        </Card>
      </form>
      {section.name === "pages" && <PagePreview values={values} />}
      {section.name === "hooks" && (
        <div className="max-w-2xl">
          <HookSecret ids={textsIn(values.secret_ids)} />
        </div>
      )}
    </div>
  );
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** The setting that the server has refused, such as `domains` for `sign_up.domains.0`. */
function fieldIn(error: Error | null, section: string): string | undefined {
  const field = error instanceof PlinthClientError ? error.details?.field : undefined;
  if (typeof field !== "string") return undefined;
  const [first, second] = field.split(".");
  return first === section ? second : undefined;
}
