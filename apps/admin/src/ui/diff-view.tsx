import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useMemo } from "react";
import { Badge } from "./badge.tsx";
import { cn } from "./cn.ts";
import { diffFields, diffText, type FieldDiff, type Fields } from "./diff-fields.ts";
import { diffWords } from "./word-diff.ts";

export interface DiffViewProps {
  before: Fields;
  after: Fields;
  /** What the fields are called; their names otherwise. */
  labels?: Readonly<Record<string, string>>;
  /** Shows a value in a form of its own; undefined: as text. */
  show?: (field: string, value: unknown) => ReactNode | undefined;
  /** Shows the fields that are the same too. */
  showSame?: boolean;
  className?: string;
}

/** What changed in an object: each field with its old and new value, texts word by word. */
export function DiffView({ before, after, labels = {}, show = asText, showSame = false, className }: DiffViewProps) {
  const fields = useMemo(() => diffFields(before, after), [before, after]);
  const shown = fields.filter(({ kind }) => showSame || kind !== "same");
  if (shown.length === 0) {
    return (
      <p className={cn("text-muted text-sm", className)}>
        <Trans>Nothing differs.</Trans>
      </p>
    );
  }
  return (
    <dl className={cn("min-w-0 divide-y rounded-lg border bg-surface text-sm", className)}>
      {shown.map((diff) => (
        <div key={diff.field} className="flex flex-col gap-x-4 gap-y-1 px-3 py-2 sm:flex-row">
          <dt className="flex shrink-0 items-start gap-2 font-medium sm:w-40">
            <span className="min-w-0 break-words">{labels[diff.field] ?? diff.field}</span>
          </dt>
          <dd className="min-w-0 flex-1">
            <Change diff={diff} show={(value) => show(diff.field, value)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

const asText = (): undefined => undefined;

interface ChangeProps {
  diff: FieldDiff;
  show: (value: unknown) => ReactNode | undefined;
}

function Change({ diff, show }: ChangeProps) {
  const { t } = useLingui();
  if (diff.kind === "same") return <Value shown={show(diff.after)} text={diffText(diff.after)} />;
  if (diff.kind !== "changed") {
    const added = diff.kind === "added";
    return (
      <div className="flex items-start gap-2">
        <Badge tone={added ? "success" : "danger"}>{added ? t`added` : t`removed`}</Badge>
        <Value shown={show(added ? diff.after : diff.before)} text={diffText(added ? diff.after : diff.before)} />
      </div>
    );
  }
  const [before, after] = [show(diff.before) ?? diffText(diff.before), show(diff.after) ?? diffText(diff.after)];
  const isShown = typeof before !== "string" || typeof after !== "string";
  // Numbers, days and ids are read whole; words make sense in texts alone.
  if (!isShown && isText(diff.before) && isText(diff.after)) return <Words diff={diff} />;
  if (typeof diff.before === "object" && typeof diff.after === "object" && diff.before && diff.after) {
    return <Words diff={diff} />;
  }
  return (
    <div className="flex flex-wrap items-baseline gap-x-2">
      {before === "" ? (
        <span className="sr-only">{t`empty`}</span>
      ) : (
        <>
          <del className="rounded-sm bg-danger-soft px-1 text-danger-ink">{before}</del>
          <span aria-hidden>→</span>
        </>
      )}
      <ins className="min-w-0 rounded-sm bg-success-soft px-1 text-success-ink no-underline">{after || t`empty`}</ins>
    </div>
  );
}

function isText(value: unknown): boolean {
  return typeof value === "string" && /\s/.test(value.trim());
}

function Words({ diff }: { diff: FieldDiff }) {
  const parts = useMemo(() => diffWords(diffText(diff.before), diffText(diff.after)), [diff]);
  return (
    <div className="max-h-72 overflow-y-auto whitespace-pre-wrap break-words">
      {parts.map(({ kind, text }, index) => {
        const Part = kind === "same" ? "span" : kind === "added" ? "ins" : "del";
        return (
          <Part
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no name but their place
            key={index}
            className={cn(
              kind === "added" && "rounded-sm bg-success-soft text-success-ink underline decoration-1",
              kind === "removed" && "rounded-sm bg-danger-soft text-danger-ink",
            )}
          >
            {text}
          </Part>
        );
      })}
    </div>
  );
}

function Value({ shown, text }: { shown: ReactNode | undefined; text: string }) {
  const { t } = useLingui();
  if (shown !== undefined) return <div className="min-w-0 break-words">{shown}</div>;
  if (text === "") return <span className="text-subtle">{t`empty`}</span>;
  return <div className="max-h-72 min-w-0 overflow-y-auto whitespace-pre-wrap break-words">{text}</div>;
}
