import { plural } from "@lingui/core/macro";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { ImportReport } from "@plinth/client";
import { useRef, useState } from "react";
import { newKey } from "../../api/new-key.ts";
import { useWorkspace } from "../../api/workspace.ts";
import type { CollectionInfo } from "../../data/collections.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { FileDrop } from "../../ui/file-drop.tsx";
import { Select } from "../../ui/select.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { Switch } from "../../ui/switch.tsx";
import { toast } from "../../ui/toast.ts";
import { FILE_PATIENCE_MS, isUnknown, sendWrite } from "./send-write.ts";

export interface ImportDialogProps {
  readonly collection: CollectionInfo;
  readonly onClose: () => void;
  /** Rows were written. */
  readonly onDone: (requestId: string | undefined) => void;
  readonly undo: (requestId: string) => Promise<void>;
}

/** Of the file's name, its format. */
const FORMATS: Readonly<Record<string, string>> = {
  csv: "csv",
  tsv: "csv",
  json: "json",
  ndjson: "ndjson",
  jsonl: "ndjson",
};
const NO_KEY = "-";

/** A file into a collection that exists: first what would happen, then it happens. */
export default function ImportDialog({ collection, onClose, onDone, undo }: ImportDialogProps) {
  const { t } = useLingui();
  const { client } = useWorkspace();
  const [file, setFile] = useState<File>();
  const [key, setKey] = useState(NO_KEY);
  const [skipUnknown, setSkipUnknown] = useState(false);
  const [report, setReport] = useState<ImportReport>();
  const [error, setError] = useState<unknown>();
  const [pending, setPending] = useState(false);
  /** Where no answer came, the same import is sent again under the same key, so that no row is written twice. */
  const importKey = useRef(newKey());
  /** Of the last look: an earlier one may be answered later. */
  const looks = useRef(0);
  const keys = ["id", ...collection.fields.filter(({ unique }) => unique).map(({ name }) => name)];

  const send = async (from: File, options: { key: string; skipUnknown: boolean; dryRun: boolean }) => {
    const query = {
      format: FORMATS[from.name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "csv",
      dry_run: String(options.dryRun),
      unknown: options.skipUnknown ? "skip" : "refuse",
      ...(options.key !== NO_KEY && { on_conflict: options.key }),
    };
    const path = `api/items/${encodeURIComponent(collection.slug)}/import`;
    return sendWrite<{ data: ImportReport }>(
      client,
      {
        method: "POST",
        path,
        query,
        raw: from,
        patienceMs: FILE_PATIENCE_MS,
        ...(!options.dryRun && { key: importKey.current }),
      },
      1,
    );
  };
  const attempt = async (work: () => Promise<void>) => {
    setPending(true);
    setError(undefined);
    try {
      await work();
    } catch (cause) {
      if (!isUnknown(cause)) importKey.current = newKey();
      setError(cause);
    } finally {
      setPending(false);
    }
  };
  const lookAt = (from: File, options: { key: string; skipUnknown: boolean }) => {
    const look = ++looks.current;
    importKey.current = newKey();
    setReport(undefined);
    void attempt(async () => {
      const { answer } = await send(from, { ...options, dryRun: true });
      if (look === looks.current) setReport(answer.data);
    });
  };
  const run = (from: File) =>
    attempt(async () => {
      const { answer, requestId } = await send(from, { key, skipUnknown, dryRun: false });
      const { inserted, updated = 0, failed } = answer.data;
      onDone(requestId);
      const written = inserted + updated;
      toast.success(plural(written, { one: "# row imported", other: "# rows imported" }), {
        ...(failed > 0 && {
          description: plural(failed, { one: "# row was left out.", other: "# rows were left out." }),
        }),
        ...(requestId !== undefined && { action: { label: t`Undo`, onClick: () => void undo(requestId) } }),
      });
      onClose();
    });
  const good = report ? report.total - report.failed : 0;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t`Import into ${collection.slug}`}
      description={t`The first row of a CSV file, or the keys of JSON, name the fields.`}
      size="md"
      footer={
        <Button
          variant="primary"
          disabled={!file || good === 0}
          pending={pending && report !== undefined}
          onClick={() => file && void run(file)}
        >
          {report ? <Plural value={good} one="Import # row" other="Import # rows" /> : <Trans>Import</Trans>}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FileDrop
          label={file ? file.name : t`A CSV, JSON or NDJSON file`}
          accept=".csv,.tsv,.json,.ndjson,.jsonl"
          onFiles={([next]) => {
            if (!next) return;
            setFile(next);
            lookAt(next, { key, skipUnknown });
          }}
        />
        <Field label={t`Rows that exist already`} description={t`They are found by this field, and updated.`}>
          <Select
            value={key}
            options={[
              { value: NO_KEY, label: t`Do not look for them` },
              ...keys.map((name) => ({ value: name, label: name })),
            ]}
            onValueChange={(next) => {
              setKey(next);
              if (file) lookAt(file, { key: next, skipUnknown });
            }}
          />
        </Field>
        <Field label={t`Leave out columns that are no fields`} inline>
          <Switch
            checked={skipUnknown}
            onCheckedChange={(next) => {
              setSkipUnknown(next);
              if (file) lookAt(file, { key, skipUnknown: next });
            }}
          />
        </Field>
        {error !== undefined && <ErrorState inline error={error} />}
        {pending && !report && (
          <p className="flex items-center gap-2 text-muted text-sm">
            <Spinner label="" />
            <Trans>Looking at the file…</Trans>
          </p>
        )}
        {report && <Report report={report} />}
      </div>
    </Dialog>
  );
}

function Report({ report }: { report: ImportReport }) {
  const { t } = useLingui();
  return (
    <div role="status" className="flex flex-col gap-2 text-sm">
      <p>
        <Plural value={report.total} one="# row in the file." other="# rows in the file." />{" "}
        {report.failed > 0 && (
          <span className="text-danger-ink">
            <Plural
              value={report.failed}
              one="# row has an error and would be left out:"
              other="# rows have errors and would be left out:"
            />
          </span>
        )}
      </p>
      {report.errors.length > 0 && (
        <ul className="max-h-48 overflow-y-auto rounded-md border">
          {report.errors.slice(0, 100).map(({ row, line, error }) => (
            <li key={row} className="border-b px-2 py-1 last:border-b-0">
              <span className="text-muted">{line === undefined ? t`Row ${row}` : t`Line ${line}`}</span> {error.message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
