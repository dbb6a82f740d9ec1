import { Trans, useLingui } from "@lingui/react/macro";
import { type Field, fieldType } from "@plinth/core";
import { CircleAlert, GripVertical } from "lucide-react";
import type { ReactNode } from "react";
import { PageLink } from "../../../app/page-link.tsx";
import { cn } from "../../../ui/cn.ts";
import { Spinner } from "../../../ui/spinner.tsx";
import type { CellDraft } from "../cell-writes.ts";
import { CellView } from "../grid/cell-view.tsx";
import type { ItemRow } from "../row-pages.ts";
import type { Move } from "./use-move.ts";

export interface ItemCardProps {
  readonly row: ItemRow;
  /** The field by which people know it. */
  readonly title: string;
  readonly fields: readonly Field[];
  /** Of the items, below the workspace: `collections/posts/items`. */
  readonly path: string;
  readonly lane: string;
  /** Absent: it cannot be moved. */
  readonly move: Move | undefined;
  /** Of the field by which the item is moved. */
  readonly draft: CellDraft | undefined;
  readonly titleOf: (id: string) => string | undefined;
  /** Before the title: a time of day. */
  readonly lead?: ReactNode;
  /** In one line, where there is little room. */
  readonly small?: boolean;
}

/** An item that can be taken to another lane. */
export function ItemCard(props: ItemCardProps) {
  const { row, title, fields, path, lane, move, draft, titleOf, lead, small = false } = props;
  const { t } = useLingui();
  const name = titleOfRow(row, title);
  const isHeld = move?.held?.id === row.id;
  return (
    <article
      {...move?.cardProps(row.id, lane)}
      aria-label={name}
      aria-busy={draft?.state === "pending" || undefined}
      className={cn(
        "flex min-w-0 select-none items-start gap-1 rounded-md border bg-surface text-sm",
        small ? "px-1" : "p-2",
        draft?.state === "pending" && "border-dashed italic opacity-70",
        draft?.state === "refused" && "border-danger",
        isHeld && "opacity-60 outline-2 outline-focus",
      )}
    >
      {move && (
        <button
          type="button"
          {...move.gripProps(row.id, lane)}
          aria-label={t`Move ${name}`}
          aria-pressed={isHeld}
          className={cn(
            "-ml-0.5 inline-flex shrink-0 cursor-grab touch-none items-center justify-center rounded-sm text-subtle hover:bg-hover hover:text-ink",
            "h-6 w-6 pointer-coarse:h-11 pointer-coarse:w-9",
          )}
        >
          <GripVertical aria-hidden className="size-3.5" />
        </button>
      )}
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 items-center gap-1">
          {lead !== undefined && <span className="shrink-0 text-muted text-xs tabular-nums">{lead}</span>}
          <PageLink
            path={`${path}/${row.id}`}
            draggable={false}
            title={name}
            className={cn(
              "min-h-6 min-w-0 flex-1 content-center font-medium hover:underline",
              small ? "truncate text-xs" : "line-clamp-2",
            )}
          >
            {name}
          </PageLink>
          {draft?.state === "pending" && <Spinner label={t`(being saved)`} className="size-3.5 shrink-0" />}
        </div>
        {draft?.state === "refused" && (
          <p className="flex items-start gap-1 pt-1 text-danger-ink text-xs not-italic">
            <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
            <span>
              <Trans>Not moved: {draft.reason ?? ""}</Trans>
            </span>
          </p>
        )}
        {!small && <CardFields row={row} fields={fields} titleOf={titleOf} />}
      </div>
    </article>
  );
}

/** Fields of a card that have a value. */
export function CardFields({ row, fields, titleOf }: Pick<ItemCardProps, "row" | "fields" | "titleOf">) {
  const filled = fields.filter(({ name }) => row[name] !== null && row[name] !== undefined);
  if (filled.length === 0) return null;
  return (
    <dl className="grid grid-cols-[fit-content(45%)_minmax(0,1fr)] gap-x-2 pt-1 text-xs">
      {filled.map((field) => (
        <div key={field.name} className="contents">
          <dt className="truncate text-muted">{field.name}</dt>
          <dd className="flex min-w-0 items-center">
            <CellView field={field} value={row[field.name]} draft={undefined} titleOf={titleOf} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function titleOfRow(row: ItemRow, title: string): string {
  const value = row[title];
  return value === null || value === undefined || value === "" ? row.id : String(value);
}

/** Fields that cards show besides the title: the first columns, as the menu of columns has them. */
export function cardFields(shown: readonly Field[], except: readonly (string | undefined)[]): readonly Field[] {
  return shown
    .filter((field) => !except.includes(field.name) && !["json", "list"].includes(fieldType(field).kind))
    .slice(0, CARD_FIELDS);
}

const CARD_FIELDS = 2;
