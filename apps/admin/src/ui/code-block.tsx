import { useLingui } from "@lingui/react/macro";
import { useId } from "react";
import { cn } from "./cn.ts";
import { CopyButton } from "./copy-button.tsx";
import { useStored } from "./stored.ts";

export interface CodeSample {
  /** "curl", "JavaScript", "Python": the same words everywhere, as the choice is remembered by them. */
  label: string;
  code: string;
}

export interface CodeBlockProps {
  /** One text, or the same in several languages. */
  samples: string | readonly CodeSample[];
  /** What the code does, for screen readers. */
  label?: string;
  /** Scrolls in a frame of its own. */
  isLong?: boolean;
  className?: string;
}

export function CodeBlock({ samples, label, isLong = false, className }: CodeBlockProps) {
  const { t } = useLingui();
  const id = useId();
  const [preferred, setPreferred] = useStored("code-language", "curl");
  const list: readonly CodeSample[] = typeof samples === "string" ? [{ label: "", code: samples }] : samples;
  const shown = list.find((sample) => sample.label === preferred) ?? list[0];
  if (!shown) return null;
  return (
    <div className={cn("relative min-w-0 overflow-hidden rounded-lg border bg-sunken", className)}>
      {list.length > 1 && (
        <fieldset
          className="flex gap-1 border-b py-1 pr-10 pl-2 pointer-coarse:pr-12"
          aria-label={t`Language of the example`}
        >
          {list.map((sample) => (
            <label
              key={sample.label}
              className={cn(
                "relative inline-flex min-h-6 cursor-pointer items-center rounded-sm px-2 text-muted text-xs pointer-coarse:min-h-11",
                "hover:text-ink has-checked:bg-surface has-checked:font-medium has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-focus",
                "forced-colors:has-checked:outline-2 forced-colors:has-checked:outline-[Highlight]",
              )}
            >
              <input
                type="radio"
                name={id}
                className="absolute inset-0 cursor-pointer opacity-0"
                checked={sample.label === shown.label}
                onChange={() => setPreferred(sample.label)}
              />
              {sample.label}
            </label>
          ))}
        </fieldset>
      )}
      <CopyButton text={shown.code} label={t`Copy code`} className="absolute top-1 right-1 z-1 bg-sunken" />
      <section
        aria-label={label ?? t`Code`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
        tabIndex={0}
        className={cn("overflow-x-auto focus-visible:-outline-offset-2", isLong && "max-h-96 overflow-y-auto")}
      >
        <pre
          // The end of the first line is beside the button, where no languages stand above.
          className={cn("w-fit min-w-full p-3 text-sm", list.length === 1 && "pr-12 pointer-coarse:pr-14")}
        >
          <code>{shown.code}</code>
        </pre>
      </section>
    </div>
  );
}
