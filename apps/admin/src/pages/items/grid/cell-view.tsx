import { i18n } from "@lingui/core";
import { useLingui } from "@lingui/react/macro";
import { type Field, fieldType, type Json, type JsonObject } from "@plinth/core";
import { Check, CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { formatDateTime } from "../../../ui/format.ts";
import { FileThumbnail } from "../../files/file-thumbnail.tsx";
import type { CellDraft } from "../cell-writes.ts";
import { type LinkTitles, linkTitles } from "../read-page.ts";

export interface CellViewProps {
  readonly field: Field;
  readonly value: Json | undefined;
  readonly draft: CellDraft | undefined;
  readonly titleOf: (id: string) => string | undefined;
  /** How many lines of a text are shown; by default one. */
  readonly lines?: number;
}

/** What a cell shows: the draft, if there is one, else what the server has. */
export function CellView({ field, value, draft, titleOf, lines = 1 }: CellViewProps) {
  const shown = draft ? draft.value : value;
  const look = shown === null || shown === undefined ? "text-subtle" : lines > 1 ? "line-clamp-2" : "truncate";
  const content =
    typeof shown === "boolean" ? (
      <YesOrNo value={shown} />
    ) : (
      <span className={look}>{displayText(shown, field, i18n.locale, titleOf)}</span>
    );
  const files = draft ? [] : fileIdsIn(field, shown);
  if (files.length > 0) {
    return (
      <>
        {files.map((id) => (
          <FileThumbnail key={id} id={id} isSkipped className="mr-1 size-6 rounded-sm" iconClass="size-4" />
        ))}
        <span className="min-w-0 truncate pl-1">{content}</span>
      </>
    );
  }
  return draft ? <DraftMark draft={draft}>{content}</DraftMark> : content;
}

/** Pictures of one cell. */
const PICTURES = 3;

/** The files that a cell shows as pictures: the one, or the first of a list. */
function fileIdsIn({ type }: Field, value: Json | undefined): readonly string[] {
  if (type === "file") return typeof value === "string" ? [value] : [];
  if (type !== "files" || !Array.isArray(value)) return [];
  return value.slice(0, PICTURES).map((item) => String((item as JsonObject).id));
}

/** A field without a value has a dash, so "no" is a word. */
function YesOrNo({ value }: { readonly value: boolean }) {
  const { t } = useLingui();
  if (!value) return <span className="text-muted">{t`no`}</span>;
  return <Check aria-label={t`yes`} className="size-4 text-success-ink" />;
}

function DraftMark({ draft, children }: { readonly draft: CellDraft; readonly children: ReactNode }) {
  const { t } = useLingui();
  return (
    <>
      {draft.state === "refused" && (
        <CircleAlert
          aria-label={t`Not saved: ${draft.reason ?? ""}`}
          className="mr-1 size-3.5 shrink-0 text-danger-ink"
        />
      )}
      {children}
      {draft.state === "pending" && <span className="sr-only">{t`(being saved)`}</span>}
    </>
  );
}

function displayText(
  value: Json | undefined,
  field: Field,
  locale: string,
  titleOf: (id: string) => string | undefined,
): string {
  if (value === null || value === undefined) return "–";
  const { kind, storage } = fieldType(field);
  if (kind === "reference" && typeof value === "string") return titleOf(value) ?? value;
  if (kind === "time" && storage === "timestamp" && typeof value === "string") {
    const at = new Date(value);
    return Number.isNaN(at.getTime()) ? value : formatDateTime(at, locale);
  }
  if (kind === "list") return listText(linkTitles(value)) || "–";
  if (typeof value === "string") return value.length > 200 ? `${value.slice(0, 200)}…` : value;
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** Names of related items; what is not read is not passed over. */
export function listText({ titles, hasMore }: LinkTitles): string {
  const names = titles.join(", ");
  return hasMore ? `${names} …` : names;
}
