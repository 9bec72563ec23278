import { isIP } from "node:net";
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

export const publicUrl = z
  .string()
  .refine((text) => httpUrl.safeParse(text).success, "is not an http or https address")
  .transform((text) => new URL(text))
  .refine(
    (url) => url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "",
    "has more than a scheme, a host and a port",
  )
  .transform((url) => url.origin);

export const proxies = list().pipe(
  z
    .array(
      z
        .string()
        .refine(isAddressOrNetwork, "holds something that is neither an address nor a network"),
    )
    .max(64, "holds more than 64 entries"),
);

/** `10.0.0.1`, `10.0.0.0/8`, `fd00::/8` */
function isAddressOrNetwork(text: string): boolean {
  const [, address = "", bits] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(bits ?? 0) <= (family === 6 ? 128 : 32);
}

export const anonymousRole = z.enum(["viewer", "none"], "is neither viewer nor none");

export const metricsAccess = z.enum(["open", "key"], "is neither open nor key");

export const promptContentRole = z.enum(
  ["viewer", "operator", "admin"],
  "is none of viewer, operator and admin",
);

export const oidcDefaultRole = z.enum(["viewer", "operator"], "is neither viewer nor operator");

export const shortText = z.string().max(500, "is longer than 500 characters");

export const emailAddress = z
  .string()
  .toLowerCase()
  .regex(/^[^\s@<>"]{1,64}@[^\s@<>"]{1,189}$/, "is not an e-mail address");

/** A share: above 0, 1 at most. */
export const fraction = z
  .string()
  .regex(/^[01]?(?:\.\d{1,9})?$/, "is not a number")
  .transform(Number)
  .refine((value) => value > 0 && value <= 1, "is out of range");

export const flag = z
  .enum(["true", "false"], "is neither true nor false")
  .transform((text) => text === "true");

export const timeZone = z
  .string()
  .max(64, "is longer than 64 characters")
  .refine(isTimeZone, "is not a time zone that is known here");

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
