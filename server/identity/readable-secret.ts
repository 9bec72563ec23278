import { randomInt } from "node:crypto";

/** Without those that look alike: 0 and O, 1, I and l. */
const LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const GROUPS = 5;
const GROUP_LENGTH = 5;

/** 125 random bits that a person can read out and type, `K7QMN-…`: 25 letters and digits in five groups. */
export function newReadableSecret(): string {
  const group = () =>
    Array.from({ length: GROUP_LENGTH }, () => LETTERS[randomInt(LETTERS.length)] ?? "").join("");
  return Array.from({ length: GROUPS }, group).join("-");
}
