import { BytePairEncoder } from "@/domain/tokens/byte-pair-encoder";
import type { Encoding } from "@/domain/tokens/encodings";
import { readRanksOf } from "./read-ranks";

const loaded = new Map<Encoding, BytePairEncoder>();

/** The encoder of an encoding, made at the first call in this process or worker and kept: 20 to 100 ms, then nothing. */
export function loadEncoding(encoding: Encoding): BytePairEncoder {
  const known = loaded.get(encoding);
  if (known) return known;
  const encoder = new BytePairEncoder(encoding, readRanksOf(encoding));
  loaded.set(encoding, encoder);
  return encoder;
}
