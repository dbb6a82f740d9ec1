/**
 * Sums and averages of doubles that agree on every engine, however large: an engine's own sum can overflow on the way,
 * depending on the order of the rows. Large values are summed apart, scaled by a power of two, which is exact. A result
 * beyond all doubles counts as the largest one.
 */

const LARGE = "1e140";
const SCALE = "1267650600228229401496703205376.0"; // 2^100
const MOST = Number.MAX_VALUE / 2 ** 100;

interface SumParts {
  /** Sum of the usual values; null where there are none. */
  usual: string;
  /** Sum of the large ones; null where there are none. */
  large: string;
  /** The whole sum, scaled. A value of at most 1 would underflow, and does not matter beside large values. */
  scaled: string;
}

function partsOf(value: string): SumParts {
  const isUsual = `${value} between -${LARGE} and ${LARGE}`;
  const usual = `sum(${value}) filter (where ${isUsual})`;
  const large = `sum(${value} / ${SCALE}) filter (where not ${isUsual})`;
  return { usual, large, scaled: `(${large} + case when abs(${usual}) > 1 then ${usual} / ${SCALE} else 0 end)` };
}

export function sumOfDoubles(value: string): string {
  const { usual, large, scaled } = partsOf(value);
  return `case when ${large} is null then ${usual} else ${unscaled(scaled)} end`;
}

export function averageOfDoubles(value: string): string {
  const { large, scaled } = partsOf(value);
  const usual = `avg(${value}) filter (where ${value} between -${LARGE} and ${LARGE})`;
  return `case when ${large} is null then ${usual} else ${unscaled(`${scaled} / count(${value})`)} end`;
}

/** True where no double can hold the sum. */
export function sumIsBeyond(value: string): string {
  return `coalesce(abs(${partsOf(value).scaled}) > ${MOST}, 1 = 0)`;
}

function unscaled(scaled: string): string {
  const most = `case when ${scaled} > 0 then ${Number.MAX_VALUE} else -${Number.MAX_VALUE} end`;
  return `case when abs(${scaled}) <= ${MOST} then (${scaled}) * ${SCALE} else ${most} end`;
}
