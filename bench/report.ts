/** The results as a table in Markdown, and what is behind what was asked for. */
import { leastOf, PLAIN } from "./cases.ts";
import type { Figures, Result } from "./run-case.ts";
import { COLD_START_MS, MOST_MEGABYTES, type StartFigures } from "./starts.ts";

/**
 * The 99th percentile is asked to be within so many medians. Where the plain program's is further, the machine makes it
 * so, and Plinth is asked to be no further.
 */
const TAIL = 5;

export function table(results: readonly Result[], starts: readonly StartFigures[]): string {
  const programs = starts.map(({ program }) => program);
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const ofStart = (name: string, cell: (figures: StartFigures) => string): string =>
    row([name, ...starts.map(cell), "", "", ""]);
  return [
    row(["Case", ...programs, "p50", "p99", "p99 / p50 (plain)"]),
    row(["---", ...programs.map(() => "---:"), "---:", "---:", "---:"]),
    ...results.flatMap(({ case: { name }, figures }) => {
      const own = figures[0]!;
      const of = (program: string): Figures | undefined => figures.find((each) => each.program === program);
      const cells = programs.map((program) => rate(own, of(program)));
      const plain = of(PLAIN);
      const tails = `${tail(own)}${plain ? ` (${tail(plain)})` : ""}`;
      const lines = [row([name, ...cells, milliseconds(own.p50), milliseconds(own.p99), tails])];
      if (own.fsyncs !== undefined) {
        const counts = programs.map((program) => of(program)?.fsyncs?.toFixed(2) ?? "");
        lines.push(row([`${name}: fsyncs for each`, ...counts, "", "", ""]));
      }
      return lines;
    }),
    ofStart("cold start to the first row, ms", ({ coldStart }) => coldStart.toFixed(0)),
    ofStart("memory idle / most under load, MB", ({ idle, most }) => `${idle} / ${most}`),
    ofStart("`synchronous`", ({ durability }) => durability),
  ].join("\n");
}

/** One line for each figure that is behind. */
export function misses(results: readonly Result[], starts: readonly StartFigures[]): string[] {
  const missed: string[] = [];
  for (const { case: one, figures } of results) {
    const [own, ...others] = figures as [Figures, ...Figures[]];
    for (const other of others) {
      const ratio = own.perSecond / other.perSecond;
      const least = leastOf(one, other.program);
      if (ratio < least)
        missed.push(`${one.name}: ${ratio.toFixed(2)} × ${other.program}, at least ${least} is asked for`);
    }
    if (one.perSecond !== undefined && own.perSecond < one.perSecond)
      missed.push(`${one.name}: ${Math.round(own.perSecond)}/s, at least ${one.perSecond}/s is asked for`);
    const plain = others.find(({ program }) => program === PLAIN);
    const most = plain ? Math.max(TAIL, plain.p99 / plain.p50) : TAIL;
    if (own.p99 > most * own.p50)
      missed.push(`${one.name}: p99 is ${tail(own)} × the median, at most ${most.toFixed(1)} is asked for`);
  }
  const { coldStart, most } = starts[0]!;
  if (coldStart > COLD_START_MS)
    missed.push(`cold start: ${coldStart.toFixed(0)} ms, at most ${COLD_START_MS} ms is asked for`);
  if (most > MOST_MEGABYTES) missed.push(`memory: ${most} MB, at most ${MOST_MEGABYTES} MB is asked for`);
  return missed;
}

/** The figure with what Plinth's is of it. */
function rate(own: Figures, figures: Figures | undefined): string {
  if (!figures) return "";
  const text = `${Math.round(figures.perSecond).toLocaleString("en")}/s`;
  return figures === own ? text : `${text} (${(own.perSecond / figures.perSecond).toFixed(2)})`;
}

/** How many medians the 99th percentile is. */
function tail({ p50, p99 }: Figures): string {
  return (p99 / p50).toFixed(1);
}

function milliseconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}
