import { plural } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { cn } from "../ui/cn.ts";
import type { SourceFile } from "./source-file.ts";

interface FileFactsProps {
  readonly file: SourceFile;
  readonly rows: number;
  readonly columns: number;
  readonly className?: string;
}

/** The name of a file, how much it holds, and its encoding where that is not the usual one. */
export function FileFacts({ file: { name, encoding }, rows, columns, className }: FileFactsProps): ReactNode {
  const shown = encoding === "windows-1252" ? "Windows-1252" : "UTF-16";
  return (
    <div className={cn("flex flex-col gap-1 text-muted text-sm", className)}>
      <p>
        <strong className="font-medium text-ink">{name}</strong>: {plural(rows, { one: "# row", other: "# rows" })},{" "}
        {plural(columns, { one: "# column", other: "# columns" })}
      </p>
      {encoding !== "utf-8" && (
        <p>
          <Trans>The file is not in UTF-8. It is read as {shown}: look whether ä, é or € are right below.</Trans>
        </p>
      )}
    </div>
  );
}
