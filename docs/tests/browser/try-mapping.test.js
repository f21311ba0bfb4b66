// The page "Try the mapping" in a real browser, from a folder as a reader may have it: `.ci/chromium node --test docs/tests/browser/try-mapping.test.js`,
// after `.ci/book`.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { after, before, test } = require("node:test");
const { pathToFileURL } = require("node:url");

const { startBrowser } = require("../../../examples/tests/operators_page/browser/service.js");

const PAGE = pathToFileURL(path.resolve(__dirname, "../../book/try-the-mapping.html")).href;
const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

let browser;
let page;
const asked = [];
const errors = [];

before(async () => {
  browser = await startBrowser();
  page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  page.on("request", (request) => asked.push(request.url()));
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(PAGE);
  await page.getByRole("heading", { name: "Standard fields" }).waitFor();
});

after(async () => {
  await browser?.close();
});

const row = (name) => page.getByRole("row", { name: new RegExp(`^${name} `) });

test("an example is mapped with its fields, their origins and its tree", async () => {
  assert.match(await row("phoneNumber").innerText(), /614-555-0100/);
  assert.match(await row("email").innerText(), /john@smith\.example[\s\S]*passed over: contact 4/);
  assert.match(await row("lastName").innerText(), /Smith/);
  await page.locator(".tree").getByText("estimates:1:status:name").waitFor({ state: "attached" });
  const body = JSON.parse(await page.locator("#try-mapping pre").textContent());
  assert.equal(body.externalID, "42");
  assert.equal(body.details.estimates[0].name, "New furnace");
});

test("the ticks and the placeholders decide, and an impossible choice is told", async () => {
  await page.getByLabel("estimates", { exact: true }).uncheck();
  assert.equal(await page.locator(".tree").getByText("estimates:1:status:name").count(), 0);
  await page.getByLabel("zones", { exact: true }).check();
  await page.locator(".tree").getByText("location:zone:name").waitFor({ state: "attached" });
  await page.getByLabel("Placeholder e-mails").fill("noemail@noemail.com, smith.example");
  assert.match(await row("email").innerText(), /no value/);
  await page.getByLabel("appointments", { exact: true }).uncheck();
  await page.getByLabel("appointment assignments", { exact: true }).check();
  assert.match(await page.locator("#try-mapping .fault").innerText(), /appointments/);
  await page.getByLabel("appointments", { exact: true }).check();
  await page.getByRole("heading", { name: "Standard fields" }).waitFor();
});

test("a record without a key says that nothing would be sent, and a membership has objects of its own", async () => {
  await page.getByLabel("Placeholder e-mails").fill("none");
  await page.getByLabel("Begin with").selectOption("A cancelled job without a phone");
  assert.match(await page.locator("#try-mapping .fault").innerText(), /Nothing would be sent/);
  await page.getByLabel("Begin with").selectOption("A membership");
  await page.getByLabel("recurring services", { exact: true }).check();
  await page.locator(".tree").getByText("recurringServices:1:name").waitFor({ state: "attached" });
});

test("a pasted record is mapped as it came from ServiceTitan, and what is no JSON is told", async () => {
  const record = page.getByLabel("Record", { exact: true });
  await record.fill('{"id": 77, "customerId": 5, "jobStatus": "Done", "customer": {"id": 5, "name": "Grace Hopper"}}');
  assert.match(await row("externalID").innerText(), /77/);
  assert.match(await row("firstName").innerText(), /Grace/);
  await record.fill('{"id": 77,');
  assert.match(await page.locator("#try-mapping .fault").innerText(), /not JSON/);
  await record.fill('{"model": "job", "record": {"id": 1}, "customer": null, "estimate": []}');
  assert.match(await page.locator("#try-mapping .fault").innerText(), /estimate/);
});

test("nothing leaves the browser, and the page is accessible and fits a phone", async () => {
  // A phone opens the page at its width, and not beside a table of contents that is just being moved away.
  await page.setViewportSize({ width: 360, height: 800 });
  await page.reload();
  await page.getByLabel("Begin with").selectOption("A job with an open estimate");
  await page.getByRole("heading", { name: "Standard fields" }).waitFor();
  const box = await page.locator("#try-mapping").evaluate((it) => [it.scrollWidth, it.clientWidth]);
  assert.ok(box[0] <= box[1], `the page's part is ${box[0]} wide on ${box[1]}`);
  await page.evaluate(AXE);
  const found = await page.evaluate(() => window.axe.run("#try-mapping", { resultTypes: ["violations"] }));
  const faults = found.violations.filter((it) => ["serious", "critical"].includes(it.impact));
  assert.deepEqual(faults.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(" | ")}`), []);
  assert.ok(asked.length > 3 && asked.every((url) => url.startsWith("file://")), asked.join("\n"));
  assert.deepEqual(errors, []);
});
