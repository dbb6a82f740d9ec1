import { type PointerEvent, type RefObject, useCallback, useEffect, useRef, useState } from "react";

export interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface PanZoom {
  readonly frame: RefObject<SVGSVGElement | null>;
  readonly view: View;
  readonly isDragged: boolean;
  readonly zoom: (factor: number) => void;
  readonly fit: () => void;
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent<SVGSVGElement>) => void;
    readonly onPointerMove: (event: PointerEvent<SVGSVGElement>) => void;
    readonly onPointerUp: (event: PointerEvent<SVGSVGElement>) => void;
  };
}

const LEAST_SCALE = 0.1;
const MOST_SCALE = 2;
/** Below it nobody can read the names. */
const READABLE_SCALE = 0.75;
/** A press that moves less is a click. */
const DRAG_PIXELS = 4;

/** The view on a picture that is dragged, and zoomed by the wheel with Ctrl as maps are. */
export function usePanZoom(size: Size): PanZoom {
  const frame = useRef<SVGSVGElement>(null);
  const [view, setView] = useState<View>({ x: 0, y: 0, scale: 1 });
  const start = useRef<{ x: number; y: number; view: View } | undefined>(undefined);
  const [isDragged, setDragged] = useState(false);

  const fit = useCallback(() => {
    const box = frame.current?.getBoundingClientRect();
    if (box && box.width > 0) setView(fitted(size, box));
  }, [size]);
  useEffect(() => {
    // It calls at once, and again whenever the window changes.
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) setView(opened(size, entry.contentRect));
    });
    if (frame.current) observer.observe(frame.current);
    return () => observer.disconnect();
  }, [size]);

  const zoomAt = useCallback((factor: number, at?: { readonly x: number; readonly y: number }) => {
    const box = frame.current?.getBoundingClientRect();
    if (!box) return;
    setView((old) => zoomed(old, factor, at ?? { x: box.width / 2, y: box.height / 2 }));
  }, []);

  useEffect(() => {
    const element = frame.current;
    // Not by React, whose wheel listeners cannot keep the page from being zoomed.
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoomAt(Math.exp(-event.deltaY / 300), { x: event.offsetX, y: event.offsetY });
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, [zoomAt]);

  return {
    frame,
    view,
    isDragged,
    zoom: (factor) => zoomAt(factor),
    fit,
    handlers: {
      onPointerDown: (event) => {
        setDragged(false);
        start.current = { x: event.clientX, y: event.clientY, view };
      },
      onPointerMove: (event) => {
        const from = start.current;
        if (!from) return;
        const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
        if (!isDragged && Math.hypot(dx, dy) < DRAG_PIXELS) return;
        if (!isDragged) event.currentTarget.setPointerCapture(event.pointerId);
        setDragged(true);
        setView({ ...from.view, x: from.view.x + dx, y: from.view.y + dy });
      },
      onPointerUp: () => {
        start.current = undefined;
      },
    },
  };
}

/** All of the picture in the middle of the frame, never larger than it is. */
export function fitted(size: Size, frame: Size): View {
  const scale = Math.max(LEAST_SCALE, Math.min(1, frame.width / size.width, frame.height / size.height));
  return { scale, x: (frame.width - size.width * scale) / 2, y: (frame.height - size.height * scale) / 2 };
}

/** All of the picture if it can be read then, else its beginning. */
export function opened(size: Size, frame: Size): View {
  const view = fitted(size, frame);
  if (view.scale >= READABLE_SCALE) return view;
  const scale = READABLE_SCALE;
  const start = (room: number, length: number) => Math.max(0, (room - length * scale) / 2);
  return { scale, x: start(frame.width, size.width), y: start(frame.height, size.height) };
}

/** What is at this point stays there. */
export function zoomed(view: View, factor: number, at: { readonly x: number; readonly y: number }): View {
  const scale = Math.min(MOST_SCALE, Math.max(LEAST_SCALE, view.scale * factor));
  const ratio = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio };
}
