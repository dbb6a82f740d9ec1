import { useLingui } from "@lingui/react/macro";
import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";

interface SortEditorProps {
  /** Such as `-published,title`. */
  readonly value: string;
  readonly names: readonly string[];
  /** Any path may be named. */
  readonly free: boolean;
  readonly onChange: (value: string) => void;
}

interface Part {
  readonly name: string;
  readonly isDescending: boolean;
}

/** The order of lists that ask for none: fields, each up or down. */
export function SortEditor({ value, names, free, onChange }: SortEditorProps): ReactNode {
  const { t } = useLingui();
  const label = t`Order of lists`;
  const description = t`Where a request asks for none.`;
  if (free) {
    return (
      <Field label={label} description={description}>
        <Input value={value} spellCheck={false} onChange={(event) => onChange(event.target.value.trim())} />
      </Field>
    );
  }
  const parts = partsOf(value);
  const set = (next: readonly Part[]) => onChange(textOf(next));
  const unused = names.filter((name) => !parts.some((part) => part.name === name));
  const replace = (index: number, part: Part) => set(parts.map((old, i) => (i === index ? part : old)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="font-medium text-sm">{label}</legend>
      <p className="text-muted text-xs">{description}</p>
      {parts.map((part, index) => (
        <div key={part.name} className="flex flex-wrap items-center gap-2">
          <Select
            aria-label={t`Field`}
            className="min-w-40 flex-1"
            value={part.name}
            onValueChange={(name) => replace(index, { ...part, name })}
            options={[part.name, ...unused].map((name) => ({ value: name, label: name }))}
          />
          <Select
            aria-label={t`Direction`}
            className="w-full sm:w-56"
            value={part.isDescending ? "down" : "up"}
            onValueChange={(way) => replace(index, { ...part, isDescending: way === "down" })}
            options={[
              { value: "up", label: t`Smallest or oldest first` },
              { value: "down", label: t`Largest or newest first` },
            ]}
          />
          {parts.length > 1 && (
            <IconButton
              size="sm"
              label={t`Remove ${part.name}`}
              icon={<X aria-hidden />}
              onClick={() => set(parts.filter((other) => other !== part))}
            />
          )}
        </div>
      ))}
      {unused.length > 0 && (
        <div>
          <Button
            size="sm"
            icon={<Plus aria-hidden />}
            onClick={() => set([...parts, { name: unused[0]!, isDescending: false }])}
          >
            {t`Then by another field`}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

function partsOf(text: string): readonly Part[] {
  const parts = text.split(",").map((part) => part.trim());
  return parts
    .filter((part) => part !== "")
    .map((part) => ({ name: part.replace(/^-/, ""), isDescending: part.startsWith("-") }));
}

function textOf(parts: readonly Part[]): string {
  return parts.map(({ name, isDescending }) => (isDescending ? `-${name}` : name)).join(",");
}
