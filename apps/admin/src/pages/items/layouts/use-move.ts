import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from "react";

/** An item that somebody is moving. */
export interface Held {
  readonly id: string;
  /** The lane where it is. */
  readonly from: string;
  /** The lane where it would be put. */
  readonly target: string;
  /** `steps`: by keys, or by a press on the grip and then on a lane. */
  readonly by: "pointer" | "steps";
}

export type ArrowKey = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

export interface MoveOptions {
  /** The lane beside one, as the keys name it. */
  readonly step: (lane: string, key: ArrowKey) => string | undefined;
  /** Ends when the server has answered. */
  readonly drop: (id: string, lane: string) => Promise<void>;
}

export interface Move {
  readonly held: Held | undefined;
  /** Of the element that follows the pointer. */
  readonly ghost: RefObject<HTMLDivElement | null>;
  /** Of the whole card: it is dragged with the mouse. */
  cardProps(id: string, lane: string): CardProps;
  /** Of its grip: it is dragged with a finger too, and takes the keys. */
  gripProps(id: string, lane: string): GripProps;
  /** Puts the held item into a lane. */
  put(lane: string): void;
  cancel(): void;
}

interface CardProps {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onClickCapture: (event: MouseEvent) => void;
  readonly onDragStart: (event: MouseEvent) => void;
}

interface GripProps {
  readonly "data-grip": string;
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onClick: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** Pixels after which a press is a drag. */
const SLOP = 6;
const ARROWS: ReadonlySet<string> = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]);

/** Moves items between lanes, which are elements with `data-lane`: by mouse, finger, keys, or two presses. */
export function useMove(options: MoveOptions): Move {
  const [held, setHeld] = useState<Held>();
  const ghost = useRef<HTMLDivElement>(null);
  const dragged = useRef(false);
  const stop = useRef(() => {});
  // A drag outlives the render in which it began.
  const latest = useRef(options);
  latest.current = options;
  useEffect(() => () => stop.current(), []);

  const drop = (item: Held, lane: string) => {
    setHeld(undefined);
    if (lane === item.from) return focusGrip(item.id);
    const done = latest.current.drop(item.id, lane);
    // The card is in another place of the page now, and where it was refused again in the old one.
    requestAnimationFrame(() => focusGrip(item.id));
    void done.then(() => requestAnimationFrame(() => focusGrip(item.id, true)));
  };
  const start = (event: PointerEvent, id: string, from: string) => {
    dragged.current = false;
    if (event.button !== 0) return;
    stop.current();
    stop.current = followPointer(event, {
      begin: () => {
        dragged.current = true;
        setHeld({ id, from, target: from, by: "pointer" });
      },
      over(target, x, y) {
        if (ghost.current) ghost.current.style.transform = `translate(${x + 8}px, ${y + 8}px)`;
        const lane = target ?? from;
        setHeld((now) => (now && now.target !== lane ? { ...now, target: lane } : now));
      },
      end(target) {
        // A press that ends elsewhere is followed by no click; the next one is meant.
        setTimeout(() => {
          dragged.current = false;
        });
        if (target === undefined) setHeld(undefined);
        else drop({ id, from, target, by: "pointer" }, target);
      },
    });
  };
  return {
    held,
    ghost,
    cardProps: (id, lane) => ({
      onPointerDown: (event) => event.pointerType === "mouse" && start(event, id, lane),
      // The end of a drag is no press on the link in the card.
      onClickCapture(event) {
        if (!dragged.current) return;
        dragged.current = false;
        event.preventDefault();
        event.stopPropagation();
      },
      onDragStart: (event) => event.preventDefault(),
    }),
    gripProps: (id, lane) => ({
      "data-grip": id,
      onPointerDown: (event) => event.pointerType !== "mouse" && start(event, id, lane),
      onClick: () =>
        held?.id === id ? drop(held, held.target) : setHeld({ id, from: lane, target: lane, by: "steps" }),
      onKeyDown(event) {
        if (held?.id !== id) return;
        if (event.key === "Escape") setHeld(undefined);
        else if (ARROWS.has(event.key)) {
          const target = options.step(held.target, event.key as ArrowKey);
          if (target !== undefined) setHeld({ ...held, target });
          showLane(target);
        } else return;
        event.preventDefault();
        event.stopPropagation();
      },
    }),
    put: (lane) => held && drop(held, lane),
    cancel() {
      if (held) focusGrip(held.id);
      setHeld(undefined);
    },
  };
}

interface Follower {
  begin(): void;
  /** `target`: the lane below the pointer. */
  over(target: string | undefined, x: number, y: number): void;
  /** `undefined`: it was given up. */
  end(target: string | undefined): void;
}

/** Follows a pointer from its press to its release; returns what ends that early. */
function followPointer({ clientX, clientY, pointerId }: PointerEvent, follower: Follower): () => void {
  const stop = new AbortController();
  let begun = false;
  let target: string | undefined;
  const on = (
    type: "pointermove" | "pointerup" | "pointercancel",
    listener: (event: globalThis.PointerEvent) => void,
  ) =>
    document.addEventListener(type, (event) => event.pointerId === pointerId && listener(event), {
      signal: stop.signal,
    });
  const finish = (lane: string | undefined) => {
    stop.abort();
    if (begun) follower.end(lane);
  };
  on("pointermove", (event) => {
    const far = Math.hypot(event.clientX - clientX, event.clientY - clientY) > SLOP;
    if (!begun && !far) return;
    if (!begun) follower.begin();
    begun = true;
    target = laneAt(event.clientX, event.clientY);
    follower.over(target, event.clientX, event.clientY);
    scrollAtEdge(event);
  });
  on("pointerup", () => finish(target));
  on("pointercancel", () => finish(undefined));
  document.addEventListener("keydown", (event) => event.key === "Escape" && finish(undefined), { signal: stop.signal });
  return () => stop.abort();
}

const laneAt = (x: number, y: number): string | undefined =>
  document.elementFromPoint(x, y)?.closest("[data-lane]")?.getAttribute("data-lane") ?? undefined;

/** Pixels from the edge of the lanes within which they scroll. */
const EDGE = 40;

function scrollAtEdge({ clientX, clientY }: MouseEvent | globalThis.PointerEvent): void {
  const frame = document.elementFromPoint(clientX, clientY)?.closest("[data-lanes]");
  if (!frame) return;
  const { left, right, top, bottom } = frame.getBoundingClientRect();
  const along = (at: number, from: number, to: number) => (at < from + EDGE ? -12 : at > to - EDGE ? 12 : 0);
  frame.scrollBy(along(clientX, left, right), along(clientY, top, bottom));
}

function showLane(lane: string | undefined): void {
  if (lane === undefined) return;
  const element = document.querySelector(`[data-lane=${CSS.escape(lane)}]`);
  element?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** With `onlyIfLost` the focus is not taken from where it has gone meanwhile. */
function focusGrip(id: string, onlyIfLost = false): void {
  if (onlyIfLost && document.activeElement !== document.body) return;
  document.querySelector<HTMLElement>(`[data-grip=${CSS.escape(id)}]`)?.focus({ preventScroll: false });
}
