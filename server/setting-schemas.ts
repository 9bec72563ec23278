import * as z from "zod";

// How the text of a setting becomes its value. Loaded by the start script without a build, as env.ts is.

export const path = z.string().max(4096, "is longer than 4096 characters");

export const databaseUrl = z
  .string()
  .refine((text) => hasProtocol(text, ["postgres:", "postgresql:"]), {
    message: "is not the address of a PostgreSQL database",
  });

export const host = z
  .string()
  .regex(
    /^(?:[a-z\d](?:[a-z\d.-]{0,252}[a-z\d])?|[\da-f:.]*::?[\da-f:.]*)$/i,
    "is neither an address nor a host name",
  );

export const hostLabel = z
  .string()
  .regex(
    /^[\w.-]{1,253}$/,
    "holds something else than letters, digits, dots, hyphens and underscores",
  );

export const port = z
  .string()
  .regex(/^\d{1,9}$/, "is not a whole number")
  .transform(Number)
  .refine((value) => value >= 1 && value <= 65_535, "is out of range");

export const flag = z
  .enum(["true", "false"], "is neither true nor false")
  .transform((v) => v === "true");

export const logLevel = z.enum(
  ["trace", "debug", "info", "warn", "error", "fatal"],
  "is not a log level",
);

export const gpuSources = list()
  .pipe(
    z
      .array(
        z.enum(
          ["nvml", "smi", "dcgm", "amd", "intel", "health", "simulated"],
          "names an unknown source",
        ),
      )
      .min(1),
  )
  .refine((sources) => new Set(sources).size === sources.length, "names a source twice");

/** The same check as in the collector's settings, which refuse `http:host` although it can be parsed. */
const httpUrl = z.url({ protocol: /^https?$/ });

export function httpUrls(max: number) {
  return list()
    .refine(
      (urls) => urls.every((url) => httpUrl.safeParse(url).success),
      "holds something that is not an http or https address",
    )
    .refine((urls) => urls.length <= max, `holds more than ${max.toString()} addresses`);
}

/** A decimal number within bounds, times `factor`, as a whole number. */
export function decimal({ min, max, factor }: { min: number; max: number; factor: number }) {
  return z
    .string()
    .regex(/^\d{1,9}(?:\.\d{1,6})?$/, "is not a number")
    .transform(Number)
    .refine((value) => value >= min && value <= max, "is out of range")
    .transform((value) => Math.round(value * factor));
}

function list() {
  return z
    .string()
    .max(16_384, "is too long")
    .transform((text) => text.split(",").map((part) => part.trim()))
    .refine((parts) => parts.every((part) => part !== ""), "has an empty entry");
}

function hasProtocol(text: string, protocols: readonly string[]): boolean {
  const url = URL.parse(text);
  return url !== null && protocols.includes(url.protocol) && url.hostname !== "";
}
