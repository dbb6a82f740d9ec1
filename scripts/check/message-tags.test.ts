import { expect, test } from "bun:test";
import { readSource } from "./files.ts";
import { checkMessageTags } from "./message-tags.ts";

const FROM_MACRO = 'import { t } from "@lingui/core/macro";\n';
const FROM_HOOK = 'import { useLingui } from "@lingui/react/macro";\nconst { t } = useLingui();\n';
const HANDED_OVER = "t is handed over";

function problems(code: string, file = "apps/admin/src/pages/x/page.tsx"): string[] {
  return checkMessageTags([readSource(file, code)]).map(({ message }) => message.split(":")[0]!);
}

test("a tag of the macro passes, and so do what a hook depends on and messages that are defined elsewhere", () => {
  expect(problems(`${FROM_MACRO}const a = t\`Saved\`; say(t\`Saved\`, [t\`Undo\`]);`)).toEqual([]);
  expect(problems(`${FROM_HOOK}useMemo(() => [{ label: t\`Name\` }], [rows, t]);`)).toEqual([]);
  expect(
    problems(`${FROM_HOOK}const { i18n, t } = useLingui(); const x = <b title={t\`A\`}>{t(LABELS.name)}</b>;`),
  ).toEqual([]);
  expect(problems(`${FROM_MACRO}const a = t\`\${count} of \${b.t} items\`; const c = { t: 1 };`)).toEqual([]);
});

test("a tag that is handed over is refused", () => {
  expect(problems(`${FROM_HOOK}const columns = columnsOf(t);`)).toEqual([HANDED_OVER]);
  expect(problems(`${FROM_HOOK}const columns = columnsOf(rows, t, 1);`)).toEqual([HANDED_OVER]);
  expect(problems(`${FROM_HOOK}say({ t });`)).toEqual([HANDED_OVER]);
  expect(problems(`${FROM_HOOK}const a = <Row label={t} />;`)).toEqual([HANDED_OVER]);
  expect(problems(`${FROM_HOOK}const translate = t;`)).toEqual([HANDED_OVER]);
});

test("a tag that was handed over is refused where it is used", () => {
  expect(problems("export const columnsOf = (t: Translate) => [t`Name`];")).toEqual([
    HANDED_OVER,
    "this t is not the macro's",
  ]);
  expect(problems(`${FROM_MACRO}export function say(t: Translate) { return t\`Name\`; }`)).toEqual([HANDED_OVER]);
});

test("other code may name things as it likes", () => {
  expect(problems("const at = (t) => t + 1;", "packages/core/src/clock.ts")).toEqual([]);
  expect(problems("const at = (t) => t + 1;", "apps/admin/src/pages/x/page.test.ts")).toEqual([]);
});
