import { Trans, useLingui } from "@lingui/react/macro";
import { compilePattern } from "@plinth/core";
import { Check, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Field as FormField } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import type { SettingProps } from "./setting-editors.tsx";

/** A regular expression, with a text to try it on by the same matcher that the server has. */
export function PatternEditor({ field, onChange, error }: SettingProps): ReactNode {
  const { t } = useLingui();
  const [text, setText] = useState("");
  const { pattern = "" } = field;
  const matches = pattern === "" ? undefined : matchesText(pattern, text);
  return (
    <div className="flex flex-col gap-2">
      <FormField
        label={t`Pattern`}
        description={t`A regular expression that the text must match. ^ and $ mean all of it.`}
        error={error}
      >
        <Input
          value={pattern}
          className="font-mono"
          spellCheck={false}
          placeholder="^[A-Z]{2}\d+$"
          onChange={(event) => onChange({ pattern: event.target.value === "" ? undefined : event.target.value })}
        />
      </FormField>
      {pattern !== "" && (
        <FormField label={t`Try it`}>
          <div className="flex flex-wrap items-center gap-2">
            <Input
              value={text}
              className="min-w-40 flex-1"
              placeholder="AB12"
              onChange={(event) => setText(event.target.value)}
              aria-label={t`A text to try the pattern on`}
            />
            <output className="inline-flex items-center gap-1 text-sm">
              {matches === true && (
                <>
                  <Check aria-hidden className="size-4 text-success-ink" />
                  <Trans>matches</Trans>
                </>
              )}
              {matches === false && (
                <>
                  <X aria-hidden className="size-4 text-danger-ink" />
                  <Trans>does not match</Trans>
                </>
              )}
            </output>
          </div>
        </FormField>
      )}
    </div>
  );
}

/** Undefined: the pattern is none. */
function matchesText(pattern: string, text: string): boolean | undefined {
  try {
    return compilePattern(pattern).test(text);
  } catch {
    return undefined;
  }
}
