// How a page looks and reads: pictures in both widths and schemes, and the accessibility check.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");

const WIDTHS = { wide: 1200, narrow: 360 };
const SCHEMES = ["light", "dark"];
const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/// Looks at a page in every width and scheme: nothing is cut off, and axe finds nothing serious. Takes a picture of each into the folder
/// that PICTURES names, if the look has a name.
async function lookAt(page, name) {
  for (const [width, pixels] of Object.entries(WIDTHS)) {
    for (const scheme of SCHEMES) {
      await page.setViewportSize({ width: pixels, height: 800 });
      await page.emulateMedia({ colorScheme: scheme });
      const needed = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(needed <= pixels, `${name ?? page.url()} needs ${needed} pixels at ${pixels}`);
      await checkAccessibility(page, `${name ?? page.url()}, ${width}, ${scheme}`);
      if (name && process.env.PICTURES) {
        fs.mkdirSync(process.env.PICTURES, { recursive: true });
        const file = path.join(process.env.PICTURES, `${name}-${width}-${scheme}.png`);
        await page.screenshot({ path: file, fullPage: true });
      }
    }
  }
  await page.setViewportSize({ width: WIDTHS.wide, height: 800 });
  await page.emulateMedia({ colorScheme: "light" });
}

async function checkAccessibility(page, what) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const faults = found.violations.map((it) => `${it.impact}: ${it.id}: ${it.nodes.map((node) => node.html).join(" | ")}`);
  assert.deepEqual(faults, [], what);
}

module.exports = { lookAt };
