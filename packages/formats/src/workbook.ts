import { zipArchive } from "./zip/index.ts";

/** A cell of a workbook. A `Date` is a time in UTC, or with no time a day. */
export type WorkbookCell = string | number | boolean | Date | null;

/** ECMA-376 allows so many rows in a sheet. */
export const MAX_SHEET_ROWS = 1_048_576;
/** The longest text of a cell in Excel. */
const MAX_CELL = 32_767;
const DAY_MS = 86_400_000;
/** Day 0 of the calendar of workbooks. */
const EPOCH = Date.UTC(1899, 11, 30);
const [DAY, TIME] = [1, 2];

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";

const utf8 = new TextEncoder();

/**
 * The bytes of an .xlsx with one sheet (ECMA-376, texts inline): the first row names the columns. Formats of days, times and
 * numbers are those of the reader's own language.
 */
export function workbook(name: string, rows: Iterable<readonly WorkbookCell[]>): AsyncGenerator<Uint8Array, void> {
  const parts: readonly (readonly [string, string])[] = [
    [
      "[Content_Types].xml",
      `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/></Types>`,
    ],
    ["_rels/.rels", relations([["officeDocument", "xl/workbook.xml"]])],
    [
      "xl/workbook.xml",
      `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><bookViews><workbookView/></bookViews><sheets><sheet name="${escaped(sheetName(name))}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ],
    [
      "xl/_rels/workbook.xml.rels",
      relations([
        ["worksheet", "worksheets/sheet1.xml"],
        ["styles", "styles.xml"],
      ]),
    ],
    [
      "xl/styles.xml",
      `<styleSheet xmlns="${MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    ],
    ["xl/worksheets/sheet1.xml", sheet(rows)],
  ];
  const files = parts.map(([path, xml]) => {
    const bytes = utf8.encode(HEAD + xml);
    return { name: path, size: bytes.byteLength, modifiedAt: Date.now(), open: async () => once(bytes) };
  });
  return zipArchive(files).pieces();
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

function relations(targets: readonly (readonly [string, string])[]): string {
  const all = targets.map(
    ([kind, to], i) => `<Relationship Id="rId${i + 1}" Type="${RELATIONS}/${kind}" Target="${to}"/>`,
  );
  return `<Relationships xmlns="${PACKAGE}/relationships">${all.join("")}</Relationships>`;
}

function sheet(rows: Iterable<readonly WorkbookCell[]>): string {
  const lines: string[] = [];
  for (const row of rows) {
    if (lines.length === MAX_SHEET_ROWS) throw new RangeError(`a sheet has at most ${MAX_SHEET_ROWS} rows`);
    const number = lines.length + 1;
    lines.push(`<row r="${number}">${row.map((value, i) => cell(value, `${letters(i)}${number}`)).join("")}</row>`);
  }
  // The first row stays in sight.
  const view =
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>';
  return `<worksheet xmlns="${MAIN}">${view}<sheetData>${lines.join("")}</sheetData></worksheet>`;
}

/** 0 is A, 26 is AA. */
function letters(column: number): string {
  const before = column < 26 ? "" : letters(Math.floor(column / 26) - 1);
  return before + String.fromCharCode(65 + (column % 26));
}

function cell(value: WorkbookCell, at: string): string {
  if (value === null) return "";
  if (typeof value === "boolean") return `<c r="${at}" t="b"><v>${value ? 1 : 0}</v></c>`;
  if (typeof value === "number") return `<c r="${at}"><v>${value}</v></c>`;
  if (typeof value === "string") {
    const text = escaped(value.slice(0, MAX_CELL));
    return `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
  }
  const days = (value.getTime() - EPOCH) / DAY_MS;
  return `<c r="${at}" s="${Number.isInteger(days) ? DAY : TIME}"><v>${days}</v></c>`;
}

/** A sheet's name is short, and without the characters of its references. */
function sheetName(name: string): string {
  return name.replace(/[\\/?*[\]:']/g, "_").slice(0, 31) || "Sheet1";
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** As XML 1.0 holds a text: it has no place for most control characters. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML cannot hold
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "").replace(/[&<>"]/g, (sign) => ENTITIES[sign]!);
}
