import { describe, expect, test } from "bun:test";
import {
  CASE_KEY_CHARS,
  caseKeysOf,
  coerce,
  compareText,
  decimalUnits,
  type Field,
  foldText,
  isUuid,
  type Json,
  lettersFoldedInto,
  PlinthError,
  type Shift,
  shiftTime,
  unitsToDecimal,
  uuidv7,
} from "@plinth/core";
import fc from "fast-check";
import { anyText, anyValue } from "./arbitraries.ts";
import { storedFields, things } from "./collections.ts";

const fields = storedFields(things).map((field) => [field.type + field.name, field] as const);

function tryCoerce(field: Field, value: Json): Json | PlinthError {
  try {
    return coerce(field, value);
  } catch (error) {
    if (error instanceof PlinthError) return error;
    throw error;
  }
}

describe.each(fields)("coerce %s", (_name, field) => {
  test("leaves the domain's form alone, also after a trip through JSON", () => {
    fc.assert(
      fc.property(
        anyValue(field).filter((value) => value !== null),
        (value) => {
          expect(coerce(field, value)).toEqual(value);
          expect(coerce(field, JSON.parse(JSON.stringify(value)) as Json)).toEqual(value);
        },
      ),
    );
  });

  test("takes or refuses any JSON, and what it takes is final", () => {
    const candidate = fc.oneof(fc.jsonValue() as fc.Arbitrary<Json>, ...storedFields(things).map((f) => anyValue(f)));
    fc.assert(
      fc.property(candidate, (value) => {
        fc.pre(value !== null);
        const taken = tryCoerce(field, value);
        if (taken instanceof PlinthError) expect(taken.details?.field).toBeString();
        else expect(coerce(field, taken)).toEqual(taken);
      }),
      { numRuns: 300 },
    );
  });
});

describe("decimals", () => {
  const anyScale = fc.integer({ min: 0, max: 18 });
  const anyUnits = fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n });

  test("text and units are two spellings of one number", () => {
    fc.assert(
      fc.property(anyUnits, anyScale, (units, scale) => {
        const text = unitsToDecimal(units, scale);
        expect(decimalUnits(text)).toBe(units);
        expect(coerce({ name: "d", type: "decimal", precision: 18, scale }, text)).toBe(text);
      }),
    );
  });

  test("numbers are taken for the digits they print", () => {
    const field: Field = { name: "d", type: "decimal", precision: 15, scale: 3 };
    fc.assert(
      fc.property(fc.integer({ min: -999_999_999, max: 999_999_999 }), (units) => {
        expect(coerce(field, units / 1000)).toBe(unitsToDecimal(units, 3));
      }),
    );
  });

  test("spellings of one value become one", () => {
    const field: Field = { name: "d", type: "decimal", precision: 6, scale: 2 };
    for (const text of ["1.5", "1.50", "01.5", "+1.5", "1.500"]) expect(coerce(field, text)).toBe("1.50");
    for (const text of ["-0", "-0.00", "0", 0, -0]) expect(coerce(field, text)).toBe("0.00");
  });
});

describe("text", () => {
  test("is ordered as its UTF-8 bytes are", () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: 2000 },
    );
  });

  const folded: [text: string, byCase: string, byAccents: string][] = [
    ["ZÜRICH Zurich", "zürich zurich", "zurich zurich"],
    ["Zu\u0308rich", "zu\u0308rich", "zurich"],
    ["Straße STRASSE STRAẞE", "straße strasse straße", "strasse strasse strasse"],
    ["ΟΔΥΣΣΕΥΣ Οδυσσεύς οδυσσευσ", "οδυσσευσ οδυσσεύσ οδυσσευσ", "οδυσσευσ οδυσσευσ οδυσσευσ"],
    ["МОСКВА Ёлка", "москва ёлка", "москва елка"],
    ["İSTANBUL ISPARTA ısparta", "İstanbul isparta ısparta", "istanbul isparta isparta"],
    ["ŁÓDŹ Ærø Œuvre Þór", "łódź ærø œuvre þór", "lodz aero oeuvre þor"],
    ["Việt ＡＢＣ 東京 😀", "việt ａｂｃ 東京 😀", "viet ａｂｃ 東京 😀"],
    ["\u212aelvin \u212bngström ſ µ", "kelvin ångström s μ", "kelvin angstrom s μ"],
  ];
  test.each(folded)("%s without case, and without accents", (text, byCase, byAccents) => {
    expect([foldText(text, "case"), foldText(text, "accents")]).toEqual([byCase, byAccents]);
    for (const folding of ["case", "accents"] as const)
      expect(foldText(foldText(text, folding), folding)).toBe(foldText(text, folding));
  });

  test("is found by replacing only the letters that fold into what is looked for", () => {
    const letters = fc.constantFrom(..."aAäÄeEéÉ\u0301\u0308ßẞsSſæÆǽœŒσςΣкКёЁiİıIkK\u212a 1東");
    const anyFolded = fc.array(letters, { maxLength: 8 }).map((all) => all.join(""));
    fc.assert(
      fc.property(anyFolded, anyFolded, fc.constantFrom("case", "accents"), (text, wanted, folding) => {
        const part = foldText(wanted, folding);
        const { from, to } = lettersFoldedInto(part, folding);
        const [sources, targets] = [[...from], [...to]];
        const lowered = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
        let replaced = [...lowered]
          .map((c) => (sources.includes(c) ? (targets[sources.indexOf(c)] ?? "") : c))
          .join("");
        if (folding === "accents")
          replaced = replaced.replaceAll("ß", "ss").replaceAll("æ", "ae").replaceAll("œ", "oe");
        expect(replaced.includes(part)).toBe(foldText(text, folding).includes(part));
        expect(replaced === part).toBe(foldText(text, folding) === part);
      }),
      { numRuns: 5000 },
    );
  });

  test("has its case key among those of every text that equals it without case", () => {
    const letters = fc.constantFrom(..."aAkK\u212asSſßẞσςΣθΘϑϴäÄжЖiİıI 1東");
    const anyText = fc.array(letters, { maxLength: 8 }).map((all) => all.join(""));
    fc.assert(
      fc.property(anyText, fc.infiniteStream(fc.nat(3)), (text, choice) => {
        const { from, to } = lettersFoldedInto(foldText(text, "case"), "case");
        const spellings = (letter: string): string[] => [letter, ...[...from].filter((_, i) => [...to][i] === letter)];
        const other = [...foldText(text, "case")].map((letter) => {
          const all = spellings(letter);
          return all[choice.next().value! % all.length]!;
        });
        const key = other
          .slice(0, CASE_KEY_CHARS)
          .join("")
          .replace(/[A-Z]/g, (letter) => letter.toLowerCase());
        expect(foldText(other.join(""), "case")).toBe(foldText(text, "case"));
        expect(caseKeysOf(text)).toContain(key);
      }),
    );
  });

  test("is counted in code points", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 8 }), (text, max) => {
        const field: Field = { name: "t", type: "text", max_length: max, min_length: 1 };
        const count = [...text].length;
        expect(tryCoerce(field, text) === text).toBe(count >= 1 && count <= max);
      }),
    );
  });
});

describe("uuidv7", () => {
  test("rises, also when the clock stands still or steps back", () => {
    const clock = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 2, maxLength: 50 });
    let now = Date.now();
    let last = "";
    fc.assert(
      fc.property(clock, (steps) => {
        for (const step of steps) {
          now += step;
          const id = uuidv7(now);
          expect(isUuid(id)).toBe(true);
          expect(id[14]).toBe("7");
          expect("89ab").toContain(id[19]!);
          expect(id > last).toBe(true);
          last = id;
        }
      }),
    );
  });

  test("begins with the time, and ten thousand of one millisecond differ", () => {
    const timeIn = (id: string) => Number.parseInt(id.replace("-", "").slice(0, 12), 16);
    // Never before the ids of other tests, whose clocks may be ahead.
    const now = Math.max(Date.now(), timeIn(uuidv7(0))) + 60_000;
    const ids = Array.from({ length: 10_000 }, () => uuidv7(now));
    expect(timeIn(ids[0]!)).toBe(now);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
  });
});

describe("shiftTime", () => {
  const anyTime = fc.integer({ min: -60_000_000_000_000, max: 250_000_000_000_000 });
  const iso = (ms: number): string => new Date(ms).toISOString();

  test("moves by spans exactly, there and back", () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: 0, max: 1e12 }), (ms, span) => {
        const there = shiftTime(iso(ms), { sign: 1, months: 0, milliseconds: span });
        expect(there).toBe(iso(ms + span));
        expect(shiftTime(there, { sign: -1, months: 0, milliseconds: span })).toBe(iso(ms));
      }),
    );
  });

  test("moves by calendar months and keeps the day where the month has it", () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: 0, max: 600 }), fc.constantFrom<1 | -1>(1, -1), (ms, months, sign) => {
        const from = new Date(ms);
        const to = new Date(shiftTime(iso(ms), { sign, months, milliseconds: 0 }));
        const index = (d: Date): number => d.getUTCFullYear() * 12 + d.getUTCMonth();
        expect(index(to)).toBe(index(from) + sign * months);
        expect(to.getUTCDate()).toBeLessThanOrEqual(from.getUTCDate());
        if (from.getUTCDate() <= 28) expect(to.getUTCDate()).toBe(from.getUTCDate());
        expect(to.toISOString().slice(10)).toBe(from.toISOString().slice(10));
      }),
    );
  });

  test("stops at the ends of the calendar", () => {
    const far: Shift[] = [1, -1].flatMap((sign) => [
      { sign: sign as 1 | -1, months: 12_000_000, milliseconds: 0 },
      { sign: sign as 1 | -1, months: 0, milliseconds: 9e15 },
      { sign: -sign as 1 | -1, months: -12_000_000, milliseconds: 0 },
    ]);
    for (const shift of far) {
      const forward = shift.sign * (shift.months + shift.milliseconds) > 0;
      const end = forward ? "9999-12-31T23:59:59.999Z" : "0001-01-01T00:00:00.000Z";
      expect(shiftTime("2024-02-29T12:00:00.000Z", shift)).toBe(end);
    }
  });
});
