import { useLingui } from "@lingui/react/macro";
import type { Field } from "@plinth/core";
import { type ReactNode, useRef } from "react";
import type { Option } from "../../../ui/option.ts";
import { FileAdder } from "./file-adder.tsx";
import { FileDropField } from "./file-drop-field.tsx";
import { FileList } from "./file-list.tsx";
import { useFileStore } from "./file-store.ts";

interface FileLinkFieldProps {
  readonly field: Field;
  /** Their values are ids. */
  readonly chosen: readonly Option[];
  readonly problem: string | undefined;
  readonly onChosen: (chosen: readonly Option[]) => void;
}

/** The files of a list of a new item. Nothing refers to them until the item is made. */
export function FileLinkField({ field, chosen, problem, onChosen }: FileLinkFieldProps): ReactNode {
  const { t } = useLingui();
  // An upload may end after others were chosen.
  const latest = useRef(chosen);
  latest.current = chosen;
  const files = chosen.map(({ value }) => value);
  const choose = (ids: readonly string[]) => onChosen(ids.map((id) => ({ value: id, label: id })));
  const add = (ids: readonly string[]) => choose([...new Set([...latest.current.map(({ value }) => value), ...ids])]);
  const stored = useFileStore(field, add);
  return (
    <fieldset className="min-w-0">
      <legend className="pb-1 font-medium text-sm">{field.name}</legend>
      <p className="text-muted text-xs">{field.note ?? t`Files in their order. Drop new ones here.`}</p>
      <FileDropField files={stored}>
        <FileList
          label={t`Files of ${field.name}`}
          files={files}
          onMove={(from, to) => choose(files.toSpliced(from, 1).toSpliced(to, 0, files[from]!))}
          onRemove={(at) => choose(files.toSpliced(at, 1))}
        />
      </FileDropField>
      <FileAdder field={field} files={stored} onAdd={(id) => add([id])} />
      {problem !== undefined && (
        <p role="alert" className="pt-1 text-danger-ink text-sm">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
