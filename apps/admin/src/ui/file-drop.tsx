import { useLingui } from "@lingui/react/macro";
import { Upload } from "lucide-react";
import { type DragEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { acceptsFile } from "./accept-file.ts";
import { cn } from "./cn.ts";
import { formatBytes } from "./format.ts";

export interface FileDropProps {
  onFiles: (files: File[]) => void;
  /** Takes pasted text too, for example cells of a spreadsheet. */
  onText?: (text: string) => void;
  /** As of an `<input type="file">`: ".csv,.json". */
  accept?: string;
  multiple?: boolean;
  /** Bytes of one file. */
  maxBytes?: number;
  /** What can be dropped: "A CSV, JSON or NDJSON file". */
  label: ReactNode;
  disabled?: boolean;
  className?: string;
}

/** Takes files by drag and drop, by the file dialog and by pasting while nothing else wants the paste. */
export function FileDrop({
  onFiles,
  onText,
  accept = "",
  multiple = false,
  maxBytes = Infinity,
  label,
  disabled = false,
  className,
}: FileDropProps) {
  const { t, i18n } = useLingui();
  const id = useId();
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState<string>();

  const take = (files: File[]) => {
    if (disabled || files.length === 0) return;
    const wrong = files.find((file) => !acceptsFile(file, accept));
    const large = files.find((file) => file.size > maxBytes);
    if (wrong) return setRefused(t`${wrong.name} is not one of ${accept}.`);
    if (large) {
      const [size, limit] = [formatBytes(large.size, i18n.locale), formatBytes(maxBytes, i18n.locale)];
      return setRefused(t`${large.name} has ${size}. At most ${limit} are taken.`);
    }
    if (files.length > 1 && !multiple) return setRefused(t`Take one file at a time.`);
    setRefused(undefined);
    onFiles(files);
  };

  const onPaste = useRef((_event: ClipboardEvent) => {});
  onPaste.current = (event) => {
    const target = event.target instanceof HTMLElement ? event.target : null;
    if (disabled || target?.closest("input:not([type=file]), textarea, [contenteditable=true]")) return;
    const files = [...(event.clipboardData?.files ?? [])];
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (files.length > 0) take(files);
    else if (onText && text.trim() !== "") onText(text);
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    const listener = (event: ClipboardEvent) => onPaste.current(event);
    document.addEventListener("paste", listener);
    return () => document.removeEventListener("paste", listener);
  }, []);

  const onDrag = (event: DragEvent) => {
    event.preventDefault();
    setOver(event.type === "dragover" && !disabled);
  };
  return (
    <div className={className}>
      <label
        htmlFor={id}
        onDragOver={onDrag}
        onDragLeave={onDrag}
        onDrop={(event) => {
          onDrag(event);
          take([...event.dataTransfer.files]);
        }}
        className={cn(
          "relative flex flex-col items-center gap-1 rounded-lg border border-line-strong border-dashed bg-surface px-4 py-8 text-center text-sm",
          "has-focus-visible:outline-2 has-focus-visible:outline-focus",
          disabled ? "opacity-55" : "cursor-pointer hover:bg-hover",
          over && "border-accent bg-selected",
        )}
      >
        <Upload aria-hidden className="size-6 text-subtle" />
        <span className="font-medium">{label}</span>
        <span className="text-muted pointer-coarse:hidden">
          {onText ? t`Drop it here, paste it, or choose it` : t`Drop it here, or choose it`}
        </span>
        <span className="hidden text-muted pointer-coarse:inline">{onText ? t`Choose or paste it` : t`Choose it`}</span>
        <input
          id={id}
          type="file"
          accept={accept}
          multiple={multiple}
          disabled={disabled}
          aria-describedby={`${id}-refused`}
          className="absolute inset-0 cursor-pointer opacity-0 file:cursor-pointer"
          onChange={(event) => {
            take([...(event.target.files ?? [])]);
            // The same file can be chosen again after it was mended.
            event.target.value = "";
          }}
        />
      </label>
      <p id={`${id}-refused`} role="alert" className="pt-1 text-danger-ink text-xs empty:hidden">
        {refused}
      </p>
    </div>
  );
}
