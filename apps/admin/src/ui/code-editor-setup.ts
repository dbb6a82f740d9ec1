import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import { SQLDialect, sql } from "@codemirror/lang-sql";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, linter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { jsonCompletions } from "./code-completions.ts";
import type { CodeEditorProps } from "./code-editor.tsx";
import { rangeOf } from "./code-problems.ts";
import { graphqlLanguage } from "./graphql-language.ts";

/** What both SQLite and Postgres understand. */
const PLAIN_SQL = SQLDialect.define({
  keywords:
    "select from where and or not in is null like between join left right inner outer cross on using group by having order limit offset as distinct union all except intersect with recursive case when then else end exists asc desc over partition window values explain analyze cast collate",
  builtin: "count sum avg min max coalesce lower upper length substr trim round abs now date json_extract",
  types: "integer text real numeric boolean timestamp date json jsonb uuid blob bytea",
});

const THEME = EditorView.theme({
  "&": { fontSize: "0.8125rem", backgroundColor: "transparent", height: "100%" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.25rem", overflow: "auto" },
  ".cm-content": { caretColor: "var(--color-ink)", padding: "0.375rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--color-ink)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--color-subtle)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--color-hover) 60%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--color-accent) 25%, transparent)",
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "transparent",
    outline: "1px solid var(--color-line-strong)",
  },
  ".cm-placeholder": { color: "var(--color-subtle)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--color-hover)", color: "var(--color-muted)", border: "none" },
  ".cm-tooltip": {
    backgroundColor: "var(--color-raised)",
    color: "var(--color-ink)",
    border: "1px solid var(--color-line)",
    borderRadius: "var(--radius-md)",
    boxShadow: "var(--shadow-pop)",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--color-hover)",
    color: "var(--color-ink)",
  },
  ".cm-diagnostic-error": { borderLeftColor: "var(--color-danger)" },
  ".cm-panels": { backgroundColor: "var(--color-sunken)", color: "var(--color-ink)" },
  ".cm-panel.cm-search :is(input, button)": {
    backgroundColor: "var(--color-surface)",
    backgroundImage: "none",
    color: "var(--color-ink)",
    border: "1px solid var(--color-line-strong)",
    borderRadius: "var(--radius-sm)",
  },
});

const COLORS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--color-accent-ink)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--color-success-ink)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--color-info-ink)" },
  { tag: [tags.propertyName, tags.typeName, tags.function(tags.variableName)], color: "var(--color-ink)" },
  { tag: tags.comment, color: "var(--color-subtle)", fontStyle: "italic" },
  { tag: tags.invalid, color: "var(--color-danger-ink)" },
]);

/** All that does not change while the editor is shown. */
export const BASE: Extension = [
  lineNumbers(),
  foldGutter(),
  highlightSpecialChars(),
  history(),
  drawSelection(),
  EditorState.allowMultipleSelections.of(true),
  EditorState.tabSize.of(2),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  autocompletion(),
  highlightActiveLine(),
  highlightSelectionMatches(),
  search({ top: true }),
  EditorView.lineWrapping,
  syntaxHighlighting(COLORS),
  THEME,
  keymap.of([
    ...closeBracketsKeymap,
    ...defaultKeymap.filter(({ key }) => key !== "Mod-Enter"),
    ...searchKeymap,
    ...historyKeymap,
    ...foldKeymap,
    ...completionKeymap,
    ...lintKeymap,
  ]),
];

type LanguageProps = Pick<CodeEditorProps, "language" | "tables" | "validate" | "complete">;

export function languageOf({ language, tables, validate, complete }: LanguageProps): Extension {
  if (language === "sql") {
    const schema = Object.fromEntries(Object.entries(tables ?? {}).map(([table, columns]) => [table, [...columns]]));
    return sql({ dialect: PLAIN_SQL, schema, upperCaseKeywords: false });
  }
  if (language === "javascript") return javascript();
  if (language === "graphql") return graphqlLanguage;
  return [
    json(),
    linter((view) => jsonProblems(view, validate), { delay: 300 }),
    ...(complete ? [jsonCompletions(complete)] : []),
  ];
}

/** First whether it is JSON at all, then whether the value fits. An empty text is no mistake yet. */
function jsonProblems(view: EditorView, validate: CodeEditorProps["validate"]): Diagnostic[] {
  const text = view.state.doc.toString();
  if (text.trim() === "") return [];
  const broken = jsonParseLinter()(view);
  if (broken.length > 0 || !validate) return [...broken];
  return validate(JSON.parse(text)).map(({ path, message }) => ({
    ...rangeOf(view.state, path),
    severity: "error",
    message,
  }));
}
