import { useLingui } from "@lingui/react/macro";
import { type Field as FieldDefinition, fieldType } from "@plinth/core";
import { type ReactNode, Suspense } from "react";
import { type CollectionInfo, useCollection } from "../../data/collections.ts";
import type { Item } from "../../data/item.ts";
import { ItemPicker } from "../../data/item-picker.tsx";
import { fieldWords } from "../../schema/field-words.ts";
import { ValueControl } from "../../schema/value-control.tsx";
import { CodeEditor } from "../../ui/code-editor.tsx";
import { Field } from "../../ui/field.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { FileThumbnail } from "../files/file-thumbnail.tsx";
import { fileFilter } from "./file-list/file-filter.ts";
import { useFileStore } from "./file-list/file-store.ts";
import { FileUpload } from "./file-list/file-upload.tsx";
import { editedFields, type ItemDraft, shownText } from "./item.ts";

interface ItemFieldsProps {
  readonly collection: CollectionInfo;
  readonly item?: Item | undefined;
  readonly draft: ItemDraft;
  readonly problems: Readonly<Record<string, string>>;
  readonly onType: (field: string, text: string) => void;
  readonly disabled?: boolean;
}

/** The editors of an item's fields, each with what its value must be like. */
export function ItemFields({
  collection,
  item,
  draft,
  problems,
  onType,
  disabled = false,
}: ItemFieldsProps): ReactNode {
  return (
    <fieldset disabled={disabled} className="flex min-w-0 flex-col gap-5">
      {editedFields(collection).map((field) => (
        <ItemField
          key={field.name}
          field={field}
          text={shownText(field, item, draft)}
          changed={draft[field.name] !== undefined}
          problem={problems[field.name]}
          disabled={disabled}
          onText={(text) => onType(field.name, text)}
        />
      ))}
    </fieldset>
  );
}

interface ItemFieldProps {
  readonly field: FieldDefinition;
  readonly text: string;
  readonly changed: boolean;
  readonly problem: string | undefined;
  readonly disabled: boolean;
  readonly onText: (text: string) => void;
}

function ItemField({ field, text, changed, problem, disabled, onText }: ItemFieldProps): ReactNode {
  const { t } = useLingui();
  // The first says whether it may be empty, as the label does.
  const words = field.note ?? fieldWords(field).slice(1).join(" · ");
  return (
    <Field
      label={field.name}
      required={field.required === true}
      description={words || undefined}
      error={problem}
      aside={changed && <span className="text-accent-ink text-xs">{t`changed`}</span>}
    >
      <Editor field={field} text={text} changed={changed} disabled={disabled} onText={onText} />
    </Field>
  );
}

function Editor({ field, text, changed, disabled, onText }: Omit<ItemFieldProps, "problem">): ReactNode {
  const { kind } = fieldType(field);
  if (kind === "reference" && field.to !== undefined) {
    return <ReferenceEditor field={field} to={field.to} text={text} onText={onText} />;
  }
  if (kind === "json") {
    return (
      <Suspense fallback={<SkeletonLines lines={3} />}>
        <CodeEditor language="json" value={changed ? text : pretty(text)} onValueChange={onText} readOnly={disabled} />
      </Suspense>
    );
  }
  return <ValueControl field={field} text={text} onText={onText} />;
}

type ReferenceEditorProps = Pick<ItemFieldProps, "field" | "text" | "onText"> & { readonly to: string };

/** The item that is referred to; of a file, its picture too, and a button that stores another one. */
function ReferenceEditor({ field, to, text, onText }: ReferenceEditorProps): ReactNode {
  const isFile = useCollection(to)?.system === "files";
  const picker = (
    <ItemPicker
      collection={to}
      value={text === "" ? null : text}
      filter={isFile ? fileFilter(field) : undefined}
      onValueChange={(id) => onText(id ?? "")}
      clearable={!field.required}
    />
  );
  if (!isFile) return picker;
  return (
    <div className="flex items-start gap-3">
      {text !== "" && <FileThumbnail id={text} />}
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        {picker}
        <FieldUpload field={field} onText={onText} />
      </div>
    </div>
  );
}

function FieldUpload({ field, onText }: Pick<ItemFieldProps, "field" | "onText">): ReactNode {
  return <FileUpload field={field} files={useFileStore(field, ([id = ""]) => onText(id))} />;
}

/** JSON as people read it. What is typed stays as it is: `1.0` on the way to `1.05` is no 1. */
function pretty(text: string): string {
  if (text === "" || text.includes("\n")) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
