import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { htmlText, visible } from "../../../src/render/escape.ts";
import { environmentAnchor, nodeAnchor } from "../../../src/render/page/anchors.ts";
import { html, lined, trusted } from "../../../src/render/page/html.ts";
import { HOSTILE } from "../../support/big-plan.ts";
import { decoded } from "../../support/page-reader.ts";

const texts = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...HOSTILE));

test("a value can neither open a tag nor end an attribute, and reads as it was", () => {
  fc.assert(
    fc.property(texts, (value) => {
      const escaped = htmlText(value);
      expect(escaped).not.toMatch(/[<>"'`]|&(?!#\d+;)/);
      expect(decoded(escaped)).toBe(visible(value));
    }),
  );
});

test("a template escapes every value but what is HTML already", () => {
  const inner = html`<b>${"<i>"}</b>`;
  expect(html`<p title="${'a"b'}">${["<", inner, 1, null, [inner]]}${trusted("<!>")}</p>`.text).toBe(
    '<p title="a&#34;b">&#60;<b>&#60;i&#62;</b>1<b>&#60;i&#62;</b><!></p>',
  );
});

test("lines are broken between values and not within them", () => {
  expect(lined(["a\nb", "c"]).text).toBe("a␊b\nc\n");
});

test("ids are fit for an address, and different for different names", () => {
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      expect(environmentAnchor(one)).toMatch(/^env-[A-Za-z0-9._~-]*$/);
      expect(environmentAnchor(one) === environmentAnchor(other)).toBe(one === other);
      expect(nodeAnchor(one)).not.toBe(environmentAnchor(one));
    }),
  );
  expect(environmentAnchor("shop-main-4f7240c")).toBe("env-shop-main-4f7240c");
  expect(environmentAnchor("a b~")).toBe("env-a~20~b~7e~");
});
