import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CriticalForecast, forecastCritical } from "./forecast-critical";
import { nextForecastAlarm, noForecastAlarm } from "./forecast-alarm";
import { addShare, type ShareWindow } from "./share-window";

/** A point every five seconds. */
const line = (count: number, shareAt: (second: number) => number) =>
  Array.from({ length: count }, (_, n) => ({ atMs: n * 5_000, sharePercent: shareAt(n * 5) }));

describe("forecastCritical", () => {
  test("a straight line is followed exactly, with full confidence", () => {
    // 70 % and 0.05 points a second: after 295 s 84.75 %, and 205 s from 95 %.
    const forecast = forecastCritical(
      line(60, (second) => 70 + 0.05 * second),
      95,
    );
    expect(forecast?.secondsToCritical).toBeCloseTo(205, 6);
    expect(forecast?.slopePerMinute).toBeCloseTo(3, 6);
    expect(forecast?.confidence).toBeCloseTo(1, 6);
    expect(forecast?.spanSeconds).toBe(295);
  });

  test("a quarter of wild points does not move it", () => {
    const points = line(60, (second) => 70 + 0.05 * second).map((point, n) =>
      n % 4 === 1 ? { ...point, sharePercent: 20 } : point,
    );
    expect(forecastCritical(points, 95)?.secondsToCritical).toBeCloseTo(205, 6);
  });

  test.each([
    [1, 50],
    [0.5, 80],
    [0.25, 100],
  ])("growth of %d points a second after five flat minutes is seen in time", (slope, second) => {
    const shareAt = (at: number) => 40 + slope * Math.max(0, at - 300);
    const points = line(60 + second / 5 + 1, shareAt).slice(-61);
    const forecast = forecastCritical(points, 95);
    const trueSeconds = 55 / slope - second;
    expect(Math.abs((forecast?.secondsToCritical ?? 0) - trueSeconds)).toBeLessThan(10);
    expect(forecast?.confidence).toBeGreaterThan(0.6);
  });

  test.each([
    ["flat", line(60, () => 90)],
    ["falling", line(60, (second) => 94 - 0.05 * second)],
    ["too few points", line(4, (second) => 70 + second)],
    ["too short", line(6, (second) => 70 + second)],
    ["critical already", line(60, (second) => 80 + 0.06 * second)],
    ["more than half an hour away", line(60, (second) => 20 + 0.01 * second)],
    ["noise", line(60, (second) => 70 + ((second * 7_919) % 13))],
    ["nothing", []],
  ])("%s: null", (name, points) => {
    const given = name === "too short" ? points.map((p) => ({ ...p, atMs: p.atMs / 5 })) : points;
    expect(forecastCritical(given, 95)).toBeNull();
  });

  test("a line drawn out far is less sure, and so is one with noise", () => {
    const near = forecastCritical(
      line(13, (second) => 85 + 0.05 * second),
      95,
    );
    const far = forecastCritical(
      line(13, (second) => 70 + 0.05 * second),
      95,
    );
    const noisy = forecastCritical(
      line(60, (second) => 75 + 0.05 * second + (second % 2)),
      95,
    );
    expect(near?.confidence).toBeGreaterThan(far?.confidence ?? 1);
    expect(noisy?.confidence).toBeLessThan(1);
    expect(far?.confidence).toBeLessThan(0.4);
  });

  test("property: what it says is finite, within its bounds, and a real line is always found", () => {
    const slopes = fc.double({ min: 0.05, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(slopes, fc.double({ min: 10, max: 60, noNaN: true }), (slope, begin) => {
        const points = line(60, (second) => begin + slope * second);
        const forecast = forecastCritical(points, 95);
        const now = begin + slope * 295;
        const seconds = (95 - now) / slope;
        if (seconds <= 0 || seconds > 1_800) expect(forecast).toBeNull();
        else expect(forecast?.secondsToCritical).toBeCloseTo(seconds, 4);
      }),
    );
    const shares = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 61 });
    fc.assert(
      fc.property(shares, (list) => {
        const points = list.map((sharePercent, n) => ({ atMs: n * 5_000, sharePercent }));
        const forecast = forecastCritical(points, 95);
        if (!forecast) return;
        expect(forecast.secondsToCritical).toBeGreaterThan(0);
        expect(forecast.secondsToCritical).toBeLessThanOrEqual(1_800);
        expect(forecast.confidence).toBeGreaterThanOrEqual(0.2);
        expect(forecast.confidence).toBeLessThanOrEqual(1);
        expect(forecast.slopePerMinute).toBeGreaterThan(0);
      }),
    );
  });
});

describe("the window of points", () => {
  test("keeps five minutes, a point in five seconds, and begins anew when the clock goes back", () => {
    let window: ShareWindow = [];
    for (let second = 0; second <= 1_000; second++)
      window = addShare(window, { atMs: second * 1_000, sharePercent: 50 });
    expect(window).toHaveLength(61);
    expect(window[0]?.atMs).toBe(700_000);
    expect(addShare(window, { atMs: 5, sharePercent: 1 })).toEqual([{ atMs: 5, sharePercent: 1 }]);
  });
});

describe("the announced forecast", () => {
  const near: CriticalForecast = {
    secondsToCritical: 300,
    confidence: 0.9,
    slopePerMinute: 1,
    spanSeconds: 300,
  };

  /** What is announced; one forecast a second. */
  function announced(forecasts: readonly (CriticalForecast | null | "critical")[]) {
    let alarm = noForecastAlarm;
    return forecasts.flatMap((seen, second) => {
      const isCritical = seen === "critical";
      const next = nextForecastAlarm(alarm, {
        atMs: second * 1_000,
        forecast: isCritical ? null : seen,
        isCritical,
      });
      alarm = next.alarm;
      return next.change === null ? [] : [`${second}: ${next.change}`];
    });
  }
  const times = (count: number, forecast: CriticalForecast | null) =>
    Array<CriticalForecast | null>(count).fill(forecast);

  test("after ten seconds it is raised, after a minute without it is cleared", () => {
    expect(announced([...times(9, near), ...times(70, null)])).toEqual([]);
    expect(announced([...times(20, near), ...times(70, null)])).toEqual([
      "10: raised",
      "80: cleared",
    ]);
  });

  test("one that comes true is reached, and critical raises none", () => {
    expect(announced([...times(20, near), "critical", "critical"])).toEqual([
      "10: raised",
      "20: reached",
    ]);
    expect(announced(Array<"critical">(30).fill("critical"))).toEqual([]);
  });

  test("flapping at an edge is one event: raised at 15 min and 60 %, kept to 20 min and 40 %", () => {
    const edge = (n: number) => ({
      ...near,
      secondsToCritical: n % 2 === 0 ? 890 : 910,
      confidence: n % 2 === 0 ? 0.61 : 0.59,
    });
    expect(announced(Array.from({ length: 600 }, (_, n) => edge(n)))).toEqual([]);
    const raised = times(20, near);
    expect(announced([...raised, ...Array.from({ length: 600 }, (_, n) => edge(n))])).toEqual([
      "10: raised",
    ]);
    const comesAndGoes = Array.from({ length: 600 }, (_, n) => (n % 30 < 15 ? near : null));
    expect(announced(comesAndGoes)).toEqual(["10: raised"]);
  });
});
