/** Pixels that content may be high: Firefox draws nothing below some 17.9 million, Chromium below 33.5 million. */
const MOST_HEIGHT = 16_000_000;
/** Pixels at both ends where the scroll bar is as exact as that of a short list. */
const EDGE = 1_000_000;
/** A move by more pixels comes from the scroll bar or from a program, not from a wheel. */
const JUMP = 4_000;

/** A list and the element that shows it, in CSS pixels. */
interface ScrollSize {
  /** Of all there is. */
  readonly list: number;
  /** Of what is seen at once. */
  readonly screen: number;
}

/** Of what an element holds that shows a list of this height. */
export const contentHeight = (list: number): number => Math.min(list, MOST_HEIGHT);

/**
 * Where a list is that may be higher than what a browser can scroll through. The scroll bar then leads through it by a factor,
 * so that its end is reached. What is near is reached pixel by pixel all the same: a small move is as far in the list as on the
 * screen, and afterwards the scroll bar is put where it belongs.
 */
export class RowScroll {
  #size: ScrollSize = { list: 0, screen: 0 };
  /** Where the element is scrolled to. */
  #top = 0;
  /** The first pixel of the list that is seen. */
  #offset = 0;

  get offset(): number {
    return this.#offset;
  }

  /** By how much rows stand higher in the element than in the list. */
  get shift(): number {
    return this.isStretched ? Math.round(this.#offset - this.#top) : 0;
  }

  /** The list is too high to be scrolled through pixel by pixel. */
  get isStretched(): boolean {
    return this.#size.list > MOST_HEIGHT;
  }

  /** The list or the screen has another height; what is seen stays. */
  resize(size: ScrollSize): void {
    this.#size = size;
    this.#offset = this.isStretched ? this.#within(this.#offset) : this.#top;
  }

  /** The element was scrolled. */
  scrolled(to: number): void {
    // Some browsers pull a list beyond its ends for a moment.
    const top = this.isStretched ? Math.max(0, Math.min(to, this.#ends.top)) : to;
    const by = top - this.#top;
    this.#top = top;
    if (!this.isStretched) this.#offset = top;
    else this.#offset = Math.abs(by) > JUMP ? this.#offsetAt(top) : this.#within(this.#offset + by);
  }

  /** Goes to a pixel of the list; the element does not follow yet. */
  moveTo(offset: number): void {
    this.#offset = this.isStretched ? this.#within(offset) : offset;
  }

  /** Where the element belongs. */
  get wanted(): number {
    return this.isStretched ? this.#topAt(this.#offset) : this.#offset;
  }

  /** The element was put there, as exactly as it can be. */
  settled(top: number): void {
    this.#top = top;
    if (!this.isStretched) this.#offset = top;
  }

  /** The element is at its end, and the list is not. */
  get isStuck(): boolean {
    if (!this.isStretched) return false;
    const { top, offset } = this.#ends;
    return (this.#top < 1 && this.#offset >= 1) || (this.#top > top - 1 && this.#offset <= offset - 1);
  }

  /** Their last positions. */
  get #ends() {
    const { list, screen } = this.#size;
    return { top: contentHeight(list) - screen, offset: list - screen };
  }

  #within(offset: number): number {
    return Math.max(0, Math.min(offset, this.#ends.offset));
  }

  /** Only what is between both ends is stretched. */
  get #factor(): number {
    const { top, offset } = this.#ends;
    return (offset - 2 * EDGE) / (top - 2 * EDGE);
  }

  #offsetAt(top: number): number {
    const ends = this.#ends;
    if (top <= EDGE) return this.#within(top);
    if (top >= ends.top - EDGE) return this.#within(ends.offset - (ends.top - top));
    return EDGE + (top - EDGE) * this.#factor;
  }

  #topAt(offset: number): number {
    const ends = this.#ends;
    if (offset <= EDGE) return offset;
    if (offset >= ends.offset - EDGE) return ends.top - (ends.offset - offset);
    return EDGE + (offset - EDGE) / this.#factor;
  }
}
