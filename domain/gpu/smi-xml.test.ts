import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findElement, parseSmiXml } from "./smi-xml";

describe("parseSmiXml", () => {
  test("elements, text, named and numbered characters, comments", () => {
    const root = parseSmiXml(
      '<?xml version="1.0" ?>\n<!DOCTYPE a SYSTEM "a.dtd">\n<a x="1"><!-- <b> --><b> 1 &lt;&amp;&#65;&#x42; </b><c/></a>\n',
    );
    expect(root?.children.map(({ name, text }) => [name, text])).toEqual([
      ["b", "1 <&AB"],
      ["c", ""],
    ]);
    expect(findElement(root!, "b")?.text).toBe("1 <&AB");
    expect(findElement(root!, "b", "c")).toBeNull();
  });

  test("names of the prototype are names", () => {
    const root = parseSmiXml("<__proto__><constructor>1</constructor></__proto__>");
    expect(root?.name).toBe("__proto__");
    expect(findElement(root!, "constructor")?.text).toBe("1");
    expect(findElement(root!, "toString")).toBeNull();
  });

  test.each([
    ["entities of its own", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ["an entity that reads a file", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a/>'],
    ["an unknown entity", "<a>&b;</a>"],
    ["an entity without its end", "<a>&amp</a>"],
    ["half a surrogate pair", "<a>&#xD800;</a>"],
    ["a number that is no character", "<a>&#0;</a>"],
    ["CDATA", "<a><![CDATA[x]]></a>"],
    ["an element that is not closed", "<a><b></a>"],
    ["one that closes another", "<a></b>"],
    ["a cut text", "<a><b>1</b><c"],
    ["text beside the root", "<a/>x"],
    ["two roots", "<a/><b/>"],
    ["nothing", ""],
    ["no XML", "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."],
    ["too deep", "<a>".repeat(100) + "</a>".repeat(100)],
  ])("refuses %s", (_, text) => {
    expect(parseSmiXml(text)).toBeNull();
  });

  test("a thousand million laughs are none", () => {
    const lines = Array.from(
      { length: 10 },
      (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`,
    );
    expect(parseSmiXml(`<!DOCTYPE a [${lines.join("")}]><a>&e10;</a>`)).toBeNull();
  });

  test("text that tempts to try again and again is refused in one pass", () => {
    const startedMs = performance.now();
    for (const part of ["<!--", "<a ", '<a b="', "&", "<?", "<!DOCTYPE "]) {
      expect(parseSmiXml(part.repeat(200_000))).toBeNull();
    }
    expect(performance.now() - startedMs).toBeLessThan(20_000);
  });

  test("N3: any text, near or far from XML, never throws", () => {
    const part = fc.constantFrom(
      "<",
      ">",
      "</",
      "/>",
      "a",
      "gpu",
      '"',
      "=",
      "&amp;",
      "&",
      "<!--",
      "-->",
      " ",
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(part, fc.string({ maxLength: 6 })), { maxLength: 40 }),
        (parts) => {
          parseSmiXml(parts.join(""));
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
