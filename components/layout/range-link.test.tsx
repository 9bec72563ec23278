import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, test, vi } from "vitest";
import { RangeLink } from "./range-link";

const router = vi.hoisted(() => ({ push: vi.fn(), prefetch: vi.fn() }));
vi.mock("next/navigation", () => ({
  useRouter: () => router,
  useSearchParams: () => new URLSearchParams("from=-6h&to=5&paused=1&view=table"),
}));

afterEach(() => {
  cleanup();
  router.push.mockReset();
});

const link = () => screen.getByRole("link");

describe("RangeLink", () => {
  test("keeps the range and leaves the rest of the address behind", () => {
    render(<RangeLink href="/gpu?gpu=a">GPU</RangeLink>);
    expect(link().getAttribute("href")).toBe("/gpu?gpu=a&from=-6h&to=5&paused=1");
  });

  test("its own range goes before that of the page", () => {
    render(<RangeLink href="/gpus?from=-1h">GPUs</RangeLink>);
    expect(link().getAttribute("href")).toBe("/gpus?from=-1h");
  });

  test("a plain click stays in the page, one with a key is the browser's", () => {
    render(<RangeLink href="/gpus">GPUs</RangeLink>);
    expect(fireEvent.click(link(), { ctrlKey: true })).toBe(true);
    expect(router.push).not.toHaveBeenCalled();
    expect(fireEvent.click(link())).toBe(false);
    expect(router.push).toHaveBeenCalledWith("/gpus?from=-6h&to=5&paused=1");
  });

  test("is loaded ahead when it is meant", () => {
    render(<RangeLink href="/gpus">GPUs</RangeLink>);
    fireEvent.pointerEnter(link());
    expect(router.prefetch).toHaveBeenCalledWith("/gpus?from=-6h&to=5&paused=1");
  });
});
