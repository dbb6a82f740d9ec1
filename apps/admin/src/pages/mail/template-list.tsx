import { Trans, useLingui } from "@lingui/react/macro";
import { Mail } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiGet } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { Badge } from "../../ui/badge.tsx";
import { Combobox } from "../../ui/combobox.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Select } from "../../ui/select.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import { MailFrame } from "./mail-frame.tsx";
import {
  COMMON_LANGUAGES,
  inLanguage,
  LANGUAGE_TAG,
  languageName,
  type Template,
  type TranslatableTemplate,
  titleOf,
} from "./template.ts";

const address = z.object({ language: z.string().regex(LANGUAGE_TAG).optional() });

/** Every kind of message, in one language. */
export default function TemplateList(): ReactNode {
  const { t, i18n } = useLingui();
  const go = useGo();
  const [{ language = i18n.locale }, setAddress] = useSearchState(address);
  const { data, error, refetch } = useApiGet<readonly Template[]>("mail/templates");
  const languages = useMemo(
    () => [...new Set([...(data ?? []).map((template) => template.language), language])],
    [data, language],
  );
  const more = useMemo(
    () =>
      COMMON_LANGUAGES.filter((code) => !languages.includes(code)).map((value) => ({
        value,
        label: languageName(value),
      })),
    [languages],
  );
  const rows = useMemo(() => data && inLanguage(data, language), [data, language]);
  const columns = useMemo<readonly DataColumn<TranslatableTemplate>[]>(
    () => [
      {
        id: "name",
        header: t`Message`,
        primary: true,
        cell: (template) => (
          <PageLink path={`mail/${template.name}/${template.language}`} className="font-medium hover:underline">
            {titleOf(template.name)}
          </PageLink>
        ),
      },
      { id: "channel", header: t`Sent as`, cell: ({ channel }) => (channel === "mail" ? t`Mail` : t`Text message`) },
      { id: "subject", header: t`Subject`, cell: ({ subject, text }) => subject || text },
      {
        id: "built_in",
        header: t`Texts`,
        cell: ({ built_in, isMissing }) =>
          isMissing ? (
            <span className="whitespace-nowrap text-muted">
              <Trans>English is sent</Trans>
            </span>
          ) : built_in ? (
            <span className="whitespace-nowrap text-muted">
              <Trans>Built in</Trans>
            </span>
          ) : (
            <Badge tone="accent">
              <Trans>Your own</Trans>
            </Badge>
          ),
      },
    ],
    [t],
  );
  return (
    <MailFrame>
      <Toolbar label={t`Texts`} className="pb-3">
        <Select
          aria-label={t`Language`}
          className="w-40 sm:w-48"
          value={language}
          onValueChange={(next) => setAddress({ language: next })}
          options={languages.map((value) => ({ value, label: languageName(value) }))}
        />
        <Combobox
          aria-label={t`Add a language`}
          className="w-40 sm:w-48"
          value={null}
          placeholder={t`Add a language`}
          source={more}
          onValueChange={(next) => next !== null && setAddress({ language: next })}
        />
      </Toolbar>
      <DataTable
        label={t`Texts`}
        rows={rows}
        columns={columns}
        rowId={({ name }) => name}
        error={error}
        onRetry={() => void refetch()}
        onOpen={({ name }) => go(`mail/${name}/${language}`)}
        empty={<EmptyState icon={<Mail />} title={t`There are no messages`} />}
      />
    </MailFrame>
  );
}
