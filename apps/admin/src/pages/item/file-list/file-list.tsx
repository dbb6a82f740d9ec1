import { Trans, useLingui } from "@lingui/react/macro";
import { ArrowDown, ArrowUp, GripVertical, X } from "lucide-react";
import { type DragEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { cn } from "../../../ui/cn.ts";
import { formatBytes } from "../../../ui/format.ts";
import { IconButton } from "../../../ui/icon-button.tsx";
import { FileThumbnail } from "../../files/file-thumbnail.tsx";
import { useFile } from "../../files/use-file.ts";

interface FileListProps {
  readonly label: string;
  /** Ids of files. */
  readonly files: readonly string[];
  /** Absent: the list is only looked at. */
  readonly onMove?: ((from: number, to: number) => void) | undefined;
  readonly onRemove?: ((at: number, name: string) => void) | undefined;
  /** What was changed is on its way; nothing is moved meanwhile. */
  readonly busy?: boolean;
}

/** Files in their order. They are dragged to another place, or moved by their buttons. */
export function FileList({ label, files, onMove, onRemove, busy = false }: FileListProps): ReactNode {
  const { t } = useLingui();
  const [dragged, setDragged] = useState<number>();
  const [target, setTarget] = useState<number>();
  const [said, setSaid] = useState("");
  const { list, keepFocus } = useKeptFocus(files);
  const move = (from: number, to: number) => {
    if (busy) return;
    setSaid(t`Now ${to + 1} of ${files.length}`);
    onMove?.(from, to);
  };
  const end = () => {
    setDragged(undefined);
    setTarget(undefined);
  };
  const drag = (at: number) =>
    onMove && {
      draggable: true,
      onDragStart: (event: DragEvent) => {
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", files[at]!);
        setDragged(at);
      },
      onDragOver: (event: DragEvent) => {
        if (dragged === undefined) return;
        event.preventDefault();
        setTarget(at);
      },
      onDrop: (event: DragEvent) => {
        if (dragged === undefined) return;
        event.preventDefault();
        if (dragged !== at) move(dragged, at);
        end();
      },
      onDragEnd: end,
    };
  return (
    <>
      <ol
        ref={list}
        aria-label={label}
        aria-busy={busy || undefined}
        className={cn("flex flex-col", busy && "opacity-70")}
      >
        {files.map((id, at) => (
          <li
            key={id}
            {...drag(at)}
            className={cn(
              "flex min-h-14 items-center gap-2 border-b py-1 last:border-b-0",
              dragged === at && "opacity-50",
              target === at && dragged !== undefined && dragged !== at && (dragged > at ? BEFORE : AFTER),
            )}
          >
            {onMove && (
              <GripVertical aria-hidden className="size-4 shrink-0 cursor-grab text-subtle pointer-coarse:hidden" />
            )}
            <Entry
              id={id}
              at={at}
              count={files.length}
              onMove={
                onMove &&
                ((by) => {
                  keepFocus(id, by);
                  move(at, at + by);
                })
              }
              onRemove={onRemove && ((name) => onRemove(at, name))}
            />
          </li>
        ))}
        {files.length === 0 && (
          <li className="text-muted text-sm">
            <Trans>None yet.</Trans>
          </li>
        )}
      </ol>
      <p role="status" className="sr-only">
        {said}
      </p>
    </>
  );
}

const BEFORE = "shadow-[inset_0_2px_0_var(--color-accent)]";
const AFTER = "shadow-[inset_0_-2px_0_var(--color-accent)]";

interface EntryProps {
  readonly id: string;
  readonly at: number;
  readonly count: number;
  readonly onMove: ((by: 1 | -1) => void) | undefined;
  readonly onRemove: ((name: string) => void) | undefined;
}

function Entry({ id, at, count, onMove, onRemove }: EntryProps) {
  const { t, i18n } = useLingui();
  const file = useFile(id);
  const name = file?.name ?? id;
  return (
    <>
      <FileThumbnail id={id} className="size-12" iconClass="size-6" />
      <span className="min-w-0 flex-1">
        <span className="block truncate">{file === null ? t`A file that cannot be read` : file?.name}</span>
        {file && <span className="block text-muted text-xs">{formatBytes(file.size, i18n.locale)}</span>}
      </span>
      {onMove && (
        <>
          <IconButton
            size="sm"
            data-move={`${id} -1`}
            label={t`Move ${name} forward`}
            icon={<ArrowUp aria-hidden />}
            disabled={at === 0}
            onClick={() => onMove(-1)}
          />
          <IconButton
            size="sm"
            data-move={`${id} 1`}
            label={t`Move ${name} back`}
            icon={<ArrowDown aria-hidden />}
            disabled={at === count - 1}
            onClick={() => onMove(1)}
          />
        </>
      )}
      {onRemove && (
        <IconButton size="sm" label={t`Remove ${name}`} icon={<X aria-hidden />} onClick={() => onRemove(name)} />
      )}
    </>
  );
}

/** The button by which a file was moved keeps the focus, or the other one where it has come to an end. */
function useKeptFocus(files: readonly string[]) {
  const list = useRef<HTMLOListElement>(null);
  const moved = useRef<string>(undefined);
  useEffect(() => {
    void files;
    if (moved.current === undefined) return;
    const [id, by] = moved.current.split(" ");
    const button = (way: string) =>
      list.current?.querySelector<HTMLButtonElement>(`[data-move="${id} ${way}"]:enabled`);
    (button(by!) ?? button(by === "1" ? "-1" : "1"))?.focus();
    moved.current = undefined;
  }, [files]);
  return { list, keepFocus: (id: string, by: number) => (moved.current = `${id} ${by}`) };
}
