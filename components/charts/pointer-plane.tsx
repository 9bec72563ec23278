"use client";
import { type PointerEvent, type ReactNode, useRef } from "react";
import { useChartFrame } from "./chart-context";

const DRAG_FROM_PX = 5;

/** Lies over the plots and turns the pointer into the cursor and the brush: hover, click to pin, drag to brush. */
export function PointerPlane({ children }: { children?: ReactNode }) {
  const { fromMs, toMs, cursor } = useChartFrame();
  const pressed = useRef<{ x: number; timeMs: number; isDrag: boolean } | null>(null);

  const timeAt = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / Math.max(1, box.width)));
    return fromMs + share * (toMs - fromMs);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const timeMs = timeAt(event);
    cursor.hover(timeMs);
    const press = pressed.current;
    if (!press) return;
    if (Math.abs(event.clientX - press.x) > DRAG_FROM_PX) press.isDrag = true;
    if (press.isDrag)
      cursor.setBrush({
        fromMs: Math.min(press.timeMs, timeMs),
        toMs: Math.max(press.timeMs, timeMs),
      });
  };
  return (
    <div
      data-testid="plot-plane"
      className="pointer-events-auto absolute inset-0 cursor-crosshair touch-pan-y"
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        pressed.current = { x: event.clientX, timeMs: timeAt(event), isDrag: false };
      }}
      onPointerMove={onPointerMove}
      onPointerUp={(event) => {
        const press = pressed.current;
        pressed.current = null;
        if (!press || press.isDrag) return;
        cursor.setBrush(null);
        cursor.pin(timeAt(event));
      }}
      onPointerCancel={() => {
        pressed.current = null;
      }}
      onPointerLeave={() => {
        cursor.leave();
      }}
    >
      {children}
    </div>
  );
}
