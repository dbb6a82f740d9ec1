import { Annotation, Compartment, EditorState } from "@codemirror/state";
import { EditorView, keymap, placeholder as placeholderOf } from "@codemirror/view";
import { useEffect, useMemo, useRef } from "react";
import { cn } from "./cn.ts";
import type { CodeEditorProps } from "./code-editor.tsx";
import { BASE, languageOf } from "./code-editor-setup.ts";
import type { useFieldControl } from "./field-context.ts";
import { inputStyle } from "./input.tsx";

interface ViewProps extends CodeEditorProps {
  /** Of the field around it: it was read before the editor was loaded. */
  control: ReturnType<typeof useFieldControl>;
}

/** A change by the page: nobody has typed it. */
const FROM_OUTSIDE = Annotation.define<boolean>();

export default function CodeEditorView({ value, onValueChange, onSubmit, className, control, ...props }: ViewProps) {
  const { language, tables, validate, complete, readOnly = false, placeholder = "", "aria-label": label } = props;
  const frame = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const parts = useMemo(() => ({ language: new Compartment(), look: new Compartment() }), []);
  const calls = useRef({ onValueChange, onSubmit });
  calls.current = { onValueChange, onSubmit };

  const look = useMemo(
    () => [
      EditorState.readOnly.of(readOnly),
      placeholderOf(placeholder),
      EditorView.contentAttributes.of(attributesOf(label, readOnly, control)),
    ],
    [readOnly, placeholder, label, control.id, control["aria-describedby"], control["aria-invalid"], control],
  );
  const mode = useMemo(
    () => languageOf({ language, tables, validate, ...(complete && { complete }) }),
    [language, tables, validate, complete],
  );

  // The editor is made once; what changes later is given to it below.
  const first = useRef({ value, look, mode });
  useEffect(() => {
    const editor = new EditorView({
      parent: frame.current!,
      state: EditorState.create({
        doc: first.current.value,
        extensions: [
          keymap.of([{ key: "Mod-Enter", run: () => submit(calls.current.onSubmit) }]),
          BASE,
          parts.language.of(first.current.mode),
          parts.look.of(first.current.look),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged || update.transactions.some((one) => one.annotation(FROM_OUTSIDE))) return;
            calls.current.onValueChange?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [parts]);

  useEffect(() => {
    view.current?.dispatch({ effects: [parts.look.reconfigure(look), parts.language.reconfigure(mode)] });
  }, [parts, look, mode]);
  useEffect(() => {
    const editor = view.current;
    const shown = editor?.state.doc.toString();
    if (!editor || shown === value) return;
    const changes = { from: 0, to: editor.state.doc.length, insert: value };
    editor.dispatch({ changes, annotations: FROM_OUTSIDE.of(true) });
  }, [value]);

  return (
    <div
      ref={frame}
      className={cn(
        inputStyle,
        "flex flex-col overflow-hidden px-0 [&>.cm-editor]:min-h-0 [&>.cm-editor]:flex-1",
        "focus-within:outline-2 focus-within:outline-focus pointer-coarse:text-sm",
        control["aria-invalid"] && "border-danger",
        readOnly && "bg-sunken",
        className,
      )}
    />
  );
}

function submit(onSubmit: (() => void) | undefined): boolean {
  onSubmit?.();
  return onSubmit !== undefined;
}

function attributesOf(label: string | undefined, readOnly: boolean, control: ViewProps["control"]) {
  // What can be edited takes the focus anyway; checkers of accessibility do not know that.
  const attributes: Record<string, string> = { tabindex: "0" };
  for (const [name, value] of Object.entries({ ...control, "aria-label": label })) {
    if (value !== undefined) attributes[name] = String(value);
  }
  // A label's `for` names fields alone, and the editor is a div.
  if (control.id !== undefined && label === undefined)
    attributes["aria-labelledby"] = control.id.replace(/-control$/, "-label");
  if (readOnly) attributes["aria-readonly"] = "true";
  return attributes;
}
