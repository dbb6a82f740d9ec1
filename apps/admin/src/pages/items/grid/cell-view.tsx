import { i18n } from "@lingui/core";
import { useLingui } from "@lingui/react/macro";
import { type Field, fieldType, type Json } from "@plinth/core";
import { Check, CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { formatDateTime } from "../../../ui/format.ts";
import { FileThumbnail } from "../../files/file-thumbnail.tsx";
import type { CellDraft } from "../cell-writes.ts";
import { type LinkTitles, linkTitles, listedFiles } from "../read-page.ts";

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
  const isEmpty = shown === null || shown === undefined || (Array.isArray(shown) && shown.length === 0);
  const look = isEmpty ? "text-subtle" : lines > 1 ? "line-clamp-2" : "truncate";
  const content =
    typeof shown === "boolean" ? (
      <YesOrNo value={shown} />
    ) : (
      <span className={look}>{displayText(shown, field, i18n.locale, titleOf)}</span>
    );
  if (!draft && field.type === "file" && typeof shown === "string") {
    return (
      <>
        <CellThumbnail id={shown} />
        <span className="min-w-0 truncate pl-1">{content}</span>
      </>
    );
  }
  if (!draft && field.type === "files" && Array.isArray(shown) && shown.length > 0) return <FilesCell value={shown} />;
  return draft ? <DraftMark draft={draft}>{content}</DraftMark> : content;
}

function CellThumbnail({ id }: { readonly id: string }) {
  return <FileThumbnail id={id} isSkipped className="mr-1 size-6 rounded-sm" iconClass="size-4" />;
}

/** Pictures of one cell. */
const PICTURES = 3;

/** The first files of a list as pictures, and how many more there are; of one file, its name. */
function FilesCell({ value }: { readonly value: Json }) {
  const { i18n, t } = useLingui();
  const { files, hasMore } = listedFiles(value);
  const others = files.length - PICTURES;
  const names = listText(linkTitles(value));
  const count = i18n.number(others);
  return (
    <>
      {files.slice(0, PICTURES).map(({ id }) => (
        <CellThumbnail key={id} id={id} />
      ))}
      {files.length === 1 && <span className="min-w-0 truncate pl-1">{names}</span>}
      {others > 0 && (
        <span title={names} className="shrink-0 pl-1 text-muted tabular-nums">
          <span aria-hidden>{hasMore ? `+${count} …` : `+${count}`}</span>
          <span className="sr-only">{hasMore ? t`and more than ${count} others` : t`and ${count} others`}</span>
        </span>
      )}
    </>
  );
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
