import { useLingui } from "@lingui/react/macro";
import type { FieldType } from "@plinth/core";
import type { ReactNode } from "react";
import { FIELD_LOOKS, FIELD_TYPES_SHOWN } from "./field-looks.ts";

/** What kind of value a new field holds. */
export function TypeGrid({ onChoose }: { readonly onChoose: (type: FieldType) => void }): ReactNode {
  const { t } = useLingui();
  return (
    <ul aria-label={t`Types of fields`} className="grid gap-2 sm:grid-cols-2">
      {FIELD_TYPES_SHOWN.map((type) => {
        const { label, help, icon: Icon } = FIELD_LOOKS[type];
        return (
          <li key={type}>
            <button
              type="button"
              onClick={() => onChoose(type)}
              className="flex h-full w-full items-start gap-3 rounded-lg border bg-surface p-3 text-left hover:bg-hover"
            >
              <Icon aria-hidden className="mt-0.5 size-5 shrink-0 text-accent-ink" />
              <span className="min-w-0">
                <span className="block font-medium text-sm">{t(label)}</span>
                <span className="block text-muted text-xs">{t(help)}</span>
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
