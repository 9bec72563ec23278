import { describe, expect, test } from "vitest";
import { seededRandom } from "@/fixtures/seeded-random";
import { parseSections } from "./parse-sections";

const named = (text: string) =>
  parseSections(text).flatMap(({ name, text: own }) => (name === null ? [] : [[name, own]]));
const names = (text: string) => named(text).map(([name]) => name);

describe("headings", () => {
  test("by title and by name, each up to the next", () => {
    const text = "You are a guard.\n\n## Depth Context\nfar\n\n## zone_analysis\nporch\n";
    expect(parseSections(text)).toEqual([
      { name: null, text: "You are a guard.\n\n" },
      { name: "depth_context", title: "Depth Context", text: "## Depth Context\nfar\n\n" },
      { name: "zone_analysis", title: "zone_analysis", text: "## zone_analysis\nporch\n" },
    ]);
  });

  test("of real prompts, too", () => {
    const titles = [
      "Environmental Context",
      "Detections with Full Enrichment",
      "Pet Detection (False Positive Check)",
      "Re-Identification",
      "Cross-Camera Activity",
    ];
    expect(names(titles.map((title) => `## ${title}\nx\n`).join(""))).toEqual([
      "environmental_context",
      "detections_with_full_enrichment",
      "pet_detection_false_positive_check",
      "re_identification",
      "cross_camera_activity",
    ]);
  });

  test("end where the template of a chat goes on, and what follows is kept", () => {
    const text = "## Scene Analysis\nbusy\n<|im_end|>\n<|im_start|>assistant\n";
    expect(parseSections(text).map((part) => [part.name, part.text])).toEqual([
      ["scene_analysis", "## Scene Analysis\nbusy\n"],
      [null, "<|im_end|>\n<|im_start|>assistant\n"],
    ]);
  });

  test.each([
    "### Depth Context\nx", // the reference took it for one
    "a ## Depth Context\nx",
    " ## Depth Context\nx",
    "##Depth Context\nx",
    "## \nx",
    "# Depth Context\nx",
    `## ${"long ".repeat(50)}\nx`,
    "## bell \u0007\nx",
    "```md\n## Depth Context\n```\n",
    "~~~\n## Depth Context\n```\n~~~\n",
  ])("%j holds none", (text) => {
    expect(names(text)).toEqual([]);
  });

  test("with line feeds of Windows, closing marks, and behind code that is never closed", () => {
    expect(names("## Depth Context\r\nfar\r\n## Zone Analysis ##\r\n")).toEqual([
      "depth_context",
      "zone_analysis",
    ]);
    expect(names("```\n## Depth Context\nx")).toEqual(["depth_context"]);
  });
});

describe("markers", () => {
  test("say a name, a priority and what is required, and hold headings as text", () => {
    const text =
      'intro\n<!-- section: notes priority=3 required -->\n## Depth Context\n<!-- /section -->\nbetween\n<!-- section: "Old Notes" -->\nx\n<!-- /section -->\nend';
    expect(parseSections(text)).toEqual([
      { name: null, text: "intro\n" },
      {
        name: "notes",
        title: "Notes",
        priority: 3,
        required: true,
        text: "<!-- section: notes priority=3 required -->\n## Depth Context\n<!-- /section -->\n",
      },
      { name: null, text: "between\n" },
      {
        name: "Old Notes",
        title: "Old Notes",
        text: '<!-- section: "Old Notes" -->\nx\n<!-- /section -->\n',
      },
      { name: null, text: "end" },
    ]);
  });

  test("end the section of a heading before them", () => {
    const text = "## Zone Analysis\nporch\n<!-- section: notes -->\nx\n<!-- /section -->\ntail";
    expect(named(text).map(([name]) => name)).toEqual(["zone_analysis", "notes"]);
    expect(parseSections(text).at(-1)).toEqual({ name: null, text: "tail" });
  });

  test.each([
    "<!-- section: notes -->\nnever closed",
    "<!-- /section -->\n",
    "<!-- section: notes prioriti=3 -->\nx\n<!-- /section -->",
    "<!-- section: -->\nx\n<!-- /section -->",
    "text <!-- section: notes -->\nx\n<!-- /section -->",
    "<!-- section: notes priority=99999999 -->\nx\n<!-- /section -->",
  ])("%j is text", (text) => {
    expect(names(text)).toEqual([]);
  });

  test("one within another begins anew: the inner one is the section", () => {
    const text =
      "<!-- section: a -->\n<!-- section: b -->\nx\n<!-- /section -->\n<!-- /section -->\n";
    expect(names(text)).toEqual(["b"]);
  });
});

test("the parts are the text, whatever it is", () => {
  const random = seededRandom(7);
  const pieces = [
    "## Depth Context\n",
    "## x",
    "\n",
    "\r\n",
    "text ",
    "```\n",
    "~~~~\n",
    "<|im_end|>",
    "<!-- section: a -->\n",
    "<!-- /section -->\n",
    "\ud83d",
    "🟢",
  ];
  for (let round = 0; round < 3_000; round++) {
    const length = random.below(30);
    const text = Array.from({ length }, () => pieces[random.below(pieces.length)]).join("");
    const parts = parseSections(text);
    expect(parts.map((part) => part.text).join("")).toBe(text);
    expect(parts.every((part) => part.text !== "")).toBe(true);
  }
});

test("two hundred sections at most; what is behind is kept", () => {
  const parts = parseSections("## A\nx\n".repeat(300));
  expect(parts.filter(({ name }) => name !== null)).toHaveLength(200);
  expect(parts.at(-1)).toEqual({ name: null, text: "## A\nx\n".repeat(100) });
});
