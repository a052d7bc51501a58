// node accessibility.mjs PAGE... (files or http addresses)
// Opens each page in Chromium without scripts of its own, in light and in dark and as narrow as a phone, and has axe-core look
// at it with everything unfolded. Prints what axe-core objects to; ends with 1 when that is anything, with 2 when it cannot run.
import { readFileSync, existsSync } from 'node:fs';
import { resolve, dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { launch } from './browser.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const axe = readFileSync(resolve(here, 'node_modules/axe-core/axe.min.js'), 'utf8');
const looks = [
  { colorScheme: 'light', viewport: { width: 1200, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 1200, height: 900 } },
  { colorScheme: 'light', viewport: { width: 360, height: 800 } },
];

const pages = process.argv.slice(2);
const isUrl = (p) => /^https?:/.test(p);
if (pages.length === 0 || pages.some((p) => !isUrl(p) && !existsSync(p))) {
  console.error('give the files of the pages');
  process.exit(2);
}
let objections = 0;
let rules = 0;
const browser = await launch(chromium);
try {
  for (const file of pages) {
    for (const look of looks) {
      // The page's own policy would not let axe-core in.
      const context = await browser.newContext({ ...look, bypassCSP: true });
      const page = await context.newPage();
      await page.goto(isUrl(file) ? file : pathToFileURL(resolve(file)).href);
      const wide = await page.evaluate(() => {
        document.querySelectorAll('details').forEach((d) => { d.open = true; });
        return document.documentElement.scrollWidth - document.documentElement.clientWidth;
      });
      if (wide > 0) {
        objections++;
        console.log(`${file} ${look.colorScheme} ${look.viewport.width}: the page is ${wide} px wider than the window`);
      }
      await page.evaluate(axe);
      const result = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
      rules += result.passes.length;
      for (const violation of result.violations) {
        objections++;
        console.log(`${file} ${look.colorScheme} ${look.viewport.width}: ${violation.id} (${violation.impact}): ${violation.help}`);
        violation.nodes.slice(0, 3).forEach((n) => console.log(`    ${n.html.slice(0, 160)}\n    ${n.failureSummary.replaceAll('\n', ' ')}`));
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
}
console.log(`${pages.length * looks.length} views, ${rules} rules passed, ${objections} objections`);
process.exit(objections === 0 && rules > 0 ? 0 : 1);
