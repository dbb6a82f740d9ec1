import { Trans, useLingui } from "@lingui/react/macro";
import type { Json } from "@plinth/core";
import type { ReactNode } from "react";
import { cn } from "../../ui/cn.ts";
import { diffText } from "../../ui/diff-fields.ts";
import { isSame } from "./conflict.ts";

export type Side = "mine" | "theirs";

interface ConflictFieldProps {
  readonly name: string;
  readonly values: Readonly<Record<Side | "base", Json | undefined>>;
  /** The version that stays; undefined: there is no choice for each field. */
  readonly side: Side | undefined;
  readonly onSide: (side: Side) => void;
}

const BOX = "flex min-w-0 items-start gap-2 rounded-lg border p-2 text-sm";
const CHOICE =
  "cursor-pointer has-checked:border-accent has-checked:bg-selected has-focus-visible:outline-2 has-focus-visible:outline-focus";

/** One field in both versions. */
export function ConflictField({ name, values, side, onSide }: ConflictFieldProps): ReactNode {
  const { t } = useLingui();
  const { base, mine, theirs } = values;
  return (
    <fieldset className="flex min-w-0 flex-col gap-1">
      <legend className="font-medium">
        {name}
        {isSame(base, theirs) !== isSame(base, mine) && (
          <span className="ml-2 font-normal text-muted text-xs">
            {isSame(base, mine) ? <Trans>only they have changed it</Trans> : <Trans>only you have changed it</Trans>}
          </span>
        )}
      </legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {(["mine", "theirs"] as const).map((one) => {
          const version = <Version name={one === "mine" ? t`Yours` : t`Theirs`} value={values[one]} />;
          if (side === undefined) {
            return (
              <div key={one} className={BOX}>
                {version}
              </div>
            );
          }
          return (
            <label key={one} className={cn(BOX, CHOICE)}>
              <input
                type="radio"
                name={`side-${name}`}
                className="mt-1"
                checked={side === one}
                onChange={() => onSide(one)}
              />
              {version}
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}

function Version({ name, value }: { readonly name: string; readonly value: Json | undefined }): ReactNode {
  const { t } = useLingui();
  return (
    <span className="min-w-0 flex-1">
      <span className="block text-muted text-xs">{name}</span>
      <span className="block max-h-60 overflow-y-auto whitespace-pre-wrap break-words">
        {diffText(value) || t`empty`}
      </span>
    </span>
  );
}
