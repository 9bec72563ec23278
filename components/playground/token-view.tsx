"use client";
import {
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { cn } from "@/components/ui/class-names";
import { useRowWindow } from "@/components/ui/use-row-window";
import { TokenFacts } from "./token-facts";
import { layOutTokens, type TokenPiece, type TokenRows, visibleText } from "./token-rows";
import { tintOf } from "./token-tints";
import type { TokenSplit } from "./worker-messages";

const ROW_PX = 20;
const PADDING_PX = 24;
const LEAST_COLUMNS = 20;
/** Before the width is known. */
const FIRST_COLUMNS = 72;

/** A text in the colours of its tokens; only the rows in sight exist. The arrows go from token to token. */
export function TokenView({ split, name }: { split: TokenSplit; name: string }) {
  const scroller = useRef<HTMLDivElement>(null);
  const columns = useColumns(scroller);
  const laidOut = useMemo(() => layOutTokens(split, columns), [split, columns]);
  const heights = useMemo(() => laidOut.rows.map(() => ROW_PX), [laidOut]);
  const rowWindow = useRowWindow(heights);
  const [hovered, setHovered] = useState<number | null>(null);
  const [focused, setFocused] = useState(0);
  const [hasFocus, setHasFocus] = useState(false);
  const current = Math.min(focused, Math.max(0, split.ids.length - 1));
  const marked = hovered ?? (hasFocus ? current : null);

  function onKeyDown(event: KeyboardEvent) {
    const next = nextToken(event.key, current, laidOut);
    if (next === null) return;
    event.preventDefault();
    setHovered(null);
    setFocused(next);
    rowWindow.reveal(scroller.current, laidOut.rowOf[next] ?? 0);
  }

  return (
    <>
      <div
        ref={scroller}
        role="group"
        tabIndex={0}
        aria-label={`Tokens of ${name}: the arrow keys go from token to token`}
        onScroll={rowWindow.onScroll}
        onKeyDown={onKeyDown}
        onFocus={() => {
          setHasFocus(true);
        }}
        onBlur={() => {
          setHasFocus(false);
        }}
        onPointerOver={(event: PointerEvent) => {
          setHovered(tokenAt(event.target));
        }}
        onPointerLeave={() => {
          setHovered(null);
        }}
        onClick={(event) => {
          const token = tokenAt(event.target);
          if (token !== null) setFocused(token);
        }}
        className="min-h-0 flex-1 [scrollbar-width:thin] overflow-auto px-3 py-2.5 type-code font-mono -outline-offset-2!"
      >
        <div style={{ height: rowWindow.abovePx }} />
        {laidOut.rows.slice(rowWindow.first, rowWindow.end).map((row, index) => (
          <Row key={rowWindow.first + index} row={row} marked={marked} />
        ))}
        <div style={{ height: rowWindow.belowPx }} />
      </div>
      <TokenFacts
        split={split}
        token={marked}
        count={countAt(laidOut, marked)}
        sharedCharacters={laidOut.sharedCharacters}
      />
    </>
  );
}

function Row({ row, marked }: { row: readonly TokenPiece[]; marked: number | null }) {
  return (
    <div className="h-5 leading-5 whitespace-pre">
      {row.map((piece, index) => (
        <span
          key={index}
          data-token={piece.token}
          className={cn(
            "rounded-2 py-px",
            tintOf(piece.token),
            piece.count > 1 && "border-b border-fg-1",
            marked !== null &&
              marked >= piece.token &&
              marked < piece.token + piece.count &&
              "outline-2 outline-accent",
          )}
        >
          {visibleText(piece.text)}
          {piece.hasBreak && (
            <span aria-hidden="true" className="text-[11px] text-fg-2">
              ⏎
            </span>
          )}
        </span>
      ))}
    </div>
  );
}

function tokenAt(target: EventTarget | null): number | null {
  const piece = target instanceof Element ? target.closest<HTMLElement>("[data-token]") : null;
  return piece === null ? null : Number(piece.dataset.token);
}

/** How many tokens share the text of the marked one. */
function countAt({ rows, rowOf }: TokenRows, token: number | null): number {
  if (token === null) return 1;
  const piece = rows[rowOf[token] ?? 0]?.find(
    (one) => token >= one.token && token < one.token + one.count,
  );
  return piece?.count ?? 1;
}

function nextToken(key: string, current: number, { rows, rowOf }: TokenRows): number | null {
  const last = rowOf.length - 1;
  if (last < 0) return null;
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, current - 1);
    case "ArrowRight":
      return Math.min(last, current + 1);
    case "Home":
      return 0;
    case "End":
      return last;
    case "ArrowUp":
    case "ArrowDown":
      return inRowBeside(rows, { row: rowOf[current] ?? 0, current, isUp: key === "ArrowUp" });
    default:
      return null;
  }
}

/** The token at about the same place of the row above or below. */
function inRowBeside(
  rows: TokenRows["rows"],
  { row, current, isUp }: { row: number; current: number; isUp: boolean },
): number {
  const place = rows[row]?.findIndex(({ token }) => token >= current) ?? 0;
  for (let at = row + (isUp ? -1 : 1); at >= 0 && at < rows.length; at += isUp ? -1 : 1) {
    const beside = rows[at] ?? [];
    const piece = beside[Math.min(Math.max(0, place), beside.length - 1)];
    if (piece !== undefined && piece.token !== current) return piece.token;
  }
  return current;
}

/** How many cells of the monospaced font fit into the element; changes with its width. */
function useColumns(element: RefObject<HTMLElement | null>): number {
  const [columns, setColumns] = useState(FIRST_COLUMNS);
  useEffect(() => {
    const node = element.current;
    if (node === null) return;
    const cell = measureCell(node);
    const observer = new ResizeObserver(() => {
      const fitting = Math.floor((node.clientWidth - PADDING_PX) / cell) - 1;
      if (cell > 0) setColumns(Math.max(LEAST_COLUMNS, fitting));
    });
    observer.observe(node);
    return () => {
      observer.disconnect();
    };
  }, [element]);
  return columns;
}

/** Width of a character of the element's font, in pixels. */
function measureCell(node: HTMLElement): number {
  const probe = document.createElement("span");
  probe.textContent = "0".repeat(100);
  probe.style.position = "absolute";
  probe.style.visibility = "hidden";
  node.append(probe);
  const width = probe.getBoundingClientRect().width / 100;
  probe.remove();
  return width;
}
