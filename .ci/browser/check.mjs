// Opens a report as a reader would and fails on any accessibility violation, request, script error or lost print content.
// Usage: node check.mjs REPORT.html OUT_FOLDER
import { readFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [report, folder] = process.argv.slice(2);
if (!report || !folder) {
  console.error("usage: node check.mjs REPORT.html OUT_FOLDER");
  process.exit(2);
}
const browsers = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = browsers.find((path) => path && existsSync(path));
if (!executablePath) {
  console.error("no Chromium found; install it (apt-get install chromium) or set CHROMIUM");
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const page_url = pathToFileURL(resolve(report)).href;
const faults = [];

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  for (const [name, width] of [["desktop", 1280], ["phone", 390]]) {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    page.on("request", (request) => {
      if (request.url() !== page_url) faults.push(`${name}: asked the network for ${request.url()}`);
    });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) faults.push(`${name}: console says ${message.text()}`);
    });
    page.on("pageerror", (error) => faults.push(`${name}: ${error.message}`));
    await page.goto(page_url);
    // The page's own policy forbids scripts; evaluate comes in through the debugger, past it.
    await page.evaluate(axe);
    const result = await page.evaluate(() =>
      window.axe.run({ runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } }),
    );
    for (const violation of result.violations) {
      const places = violation.nodes.slice(0, 3).map((node) => node.target.join(" ")).join("; ");
      faults.push(`${name}: axe ${violation.id} (${violation.impact}): ${violation.help}: ${places}`);
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (overflow > 1) faults.push(`${name}: the page is ${overflow} pixels wider than the window`);
    console.log(`${name}: axe ${result.passes.length} passes, ${result.violations.length} violations, ${result.incomplete.length} to judge by eye`);
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
    if (name === "desktop") {
      const links = await page.$$eval('a[href^="#"]', (all) => all.map((a) => a.getAttribute("href").slice(1)).filter((id) => !document.getElementById(id)));
      for (const id of links) faults.push(`a link leads to #${id}, which is not there`);
      const ids = await page.$$eval("[id]", (all) => all.map((element) => element.id));
      for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index))) faults.push(`the id ${id} is there twice`);
      writeFileSync(join(folder, "report.pdf"), await page.pdf({ preferCSSPageSize: true, printBackground: true, tagged: true, outline: true }));
      await page.emulateMedia({ media: "print" });
      const hidden = await page.$$eval("main table, main figure, main dl", (all) => all.filter((element) => element.getClientRects().length === 0).length);
      if (hidden > 0) faults.push(`${hidden} tables or figures are lost in print`);
      await page.setViewportSize({ width: 720, height: 1000 });
      await page.screenshot({ path: join(folder, "print.png"), fullPage: true });
    }
    await page.close();
  }
} finally {
  await browser.close();
}
for (const fault of faults) console.error(`fault: ${fault}`);
console.log(faults.length === 0 ? "browser check: passed" : `browser check: ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
