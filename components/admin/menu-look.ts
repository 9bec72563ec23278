/** Of every menu here: the surface, and one line of it. */
export const menuPopupClass =
  "max-w-80 min-w-44 rounded-8 border border-line-2 bg-surface-1 py-1 shadow-popover outline-none! transition-opacity duration-(--motion-popover) data-ending-style:opacity-0 data-starting-style:opacity-0";
export const menuItemClass =
  "flex h-7 cursor-default items-center gap-2 px-3 type-12 outline-none! data-highlighted:bg-accent-soft max-md:h-11";
