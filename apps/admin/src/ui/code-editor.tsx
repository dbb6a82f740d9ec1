import { lazy, Suspense } from "react";
import { cn } from "./cn.ts";
import type { JsonCompletions } from "./code-completions.ts";
import type { CodeProblem } from "./code-problems.ts";
import { useFieldControl } from "./field-context.ts";
import { inputStyle } from "./input.tsx";

export interface CodeEditorProps {
  value: string;
  onValueChange?: (value: string) => void;
  language: "json" | "sql" | "javascript" | "graphql";
  /** Where no `Field` gives a label. */
  "aria-label"?: string;
  readOnly?: boolean;
  placeholder?: string;
  /** For SQL: columns by table, offered while typing. */
  tables?: Readonly<Record<string, readonly string[]>>;
  /** For JSON that can be read: what is wrong with the value. Must keep its identity between renders. */
  validate?: (value: unknown) => readonly CodeProblem[];
  /** For JSON: keys and texts that are offered while typing. Must keep its identity between renders. */
  complete?: JsonCompletions;
  /** Mod+Enter. */
  onSubmit?: () => void;
  /** Its height: grows from 6 lines to 24 unless this says otherwise. */
  className?: string;
}

const Editor = lazy(() => import("./code-editor-view.tsx"));

/** CodeMirror, loaded when it is first shown. Tab leaves it, as in every field. */
export function CodeEditor({ className, ...props }: CodeEditorProps) {
  const control = useFieldControl();
  const height = cn("min-h-32 max-h-[34rem]", className);
  return (
    <Suspense
      fallback={
        <pre aria-busy className={cn(inputStyle, height, "overflow-hidden py-1.5 font-mono text-sm")}>
          {props.value}
        </pre>
      }
    >
      <Editor {...props} className={height} control={control} />
    </Suspense>
  );
}
