import { expect, test } from "bun:test";
import { contentHeight, RowScroll } from "./row-scroll.ts";

const SCREEN = 800;
const ROW = 52;

/** A list and an element that scrolls as a browser does: to whole pixels, and never beyond its ends. */
function listOf(rows: number) {
  const scroll = new RowScroll();
  let height = 0;
  const resize = (count: number) => {
    height = contentHeight(count * ROW);
    scroll.resize({ list: count * ROW, screen: SCREEN });
  };
  resize(rows);
  let top = 0;
  const put = (to: number) => {
    top = Math.round(Math.max(0, Math.min(to, height - SCREEN)));
    return top;
  };
  const settle = () => scroll.settled(put(scroll.wanted));
  return {
    scroll,
    resize,
    settle,
    top: () => top,
    row: () => scroll.offset / ROW,
    /** By a wheel or the scroll bar. */
    scrollTo(to: number) {
      scroll.scrolled(put(to));
      if (scroll.isStuck) settle();
    },
  };
}

const MILLION = 1_000_000;
const LAST = MILLION * ROW - SCREEN;

test("a list that fits is scrolled as it is", () => {
  const list = listOf(300_000);
  expect(contentHeight(300_000 * ROW)).toBe(300_000 * ROW);
  for (const top of [0, 1, 5_000_000, 300_000 * ROW - SCREEN]) {
    list.scrollTo(top);
    expect([list.scroll.offset, list.scroll.shift, list.scroll.wanted]).toEqual([top, 0, top]);
  }
});

test("the scroll bar reaches both ends of a list that is too high, and each position once", () => {
  const list = listOf(MILLION);
  const height = contentHeight(MILLION * ROW);
  expect(height).toBe(16_000_000);
  list.scrollTo(height);
  expect(list.scroll.offset).toBe(LAST);
  list.scrollTo(0);
  expect(list.scroll.offset).toBe(0);
  let before = -1;
  for (let top = 0; top < height; top += 10_007) {
    list.scrollTo(top);
    expect(list.scroll.offset).toBeGreaterThan(before);
    before = list.scroll.offset;
    // The scroll bar is where it belongs already.
    expect(Math.abs(list.scroll.wanted - list.top())).toBeLessThan(1);
  }
});

test("a wheel moves row by row wherever one is, and the scroll bar follows when it rests", () => {
  const list = listOf(MILLION);
  for (const start of [2_000_000, 8_000_000, 15_200_000]) {
    list.scrollTo(0);
    list.scrollTo(start);
    const row = list.row();
    for (let notch = 1; notch <= 50; notch++) {
      list.scrollTo(list.top() + 100);
      expect(list.row()).toBeCloseTo(row + (notch * 100) / ROW, 6);
    }
    const { offset } = list.scroll;
    list.settle();
    expect(list.scroll.offset).toBe(offset);
    expect(list.scroll.shift).toBe(Math.round(offset - list.top()));
    for (let notch = 1; notch <= 50; notch++) list.scrollTo(list.top() - 100);
    expect(list.row()).toBeCloseTo(row, 6);
  }
});

test("keys go to any row exactly, and a row further is a row further", () => {
  const list = listOf(MILLION);
  for (const row of [0, 1, 19_231, 500_000, 500_001, 980_000, 999_984]) {
    list.scroll.moveTo(row * ROW);
    list.settle();
    expect(list.row()).toBe(row);
    list.scrollTo(list.top());
    expect(list.row()).toBe(row);
  }
  list.scroll.moveTo(MILLION * ROW);
  list.settle();
  expect([list.scroll.offset, list.top()]).toEqual([LAST, 16_000_000 - SCREEN]);
});

test("without a rest, a wheel reaches the ends all the same", () => {
  const list = listOf(MILLION);
  list.scrollTo(2_000_000);
  for (let notch = 0; notch < 100_000 && list.scroll.offset > 0; notch++) list.scrollTo(list.top() - 1000);
  expect([list.scroll.offset, list.top()]).toEqual([0, 0]);
  list.scrollTo(14_000_000);
  for (let notch = 0; notch < 100_000 && list.scroll.offset < LAST - 1; notch++) list.scrollTo(list.top() + 1000);
  expect([Math.round(list.scroll.offset), list.top()]).toEqual([LAST, 16_000_000 - SCREEN]);
});

test("a list that grows or shrinks while one is in it stays where it is", () => {
  const list = listOf(307_000);
  list.scrollTo(307_000 * ROW);
  const { offset } = list.scroll;
  for (const rows of [308_000, 400_000, MILLION]) {
    list.resize(rows);
    if (list.scroll.isStuck) list.settle();
    expect(list.scroll.offset).toBe(offset);
  }
  // There is room below again.
  list.scrollTo(list.top() + 100);
  expect(list.scroll.offset).toBe(offset + 100);
  list.resize(310_000);
  expect(list.scroll.offset).toBe(offset + 100);
});
