import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, openWindow } from './browser.ts';
import { startDemo } from './demo-process.ts';

/*
 * Makes the pictures of README and docs/page.md from the demo: `npm run docs:pictures`. Look at them.
 */
const PICTURES = join(import.meta.dirname, '../../docs/pictures');

mkdirSync(PICTURES, { recursive: true });
const [demo, browser] = await Promise.all([startDemo('--speed', '2'), launch()]);
try {
  const { page, close } = await openWindow(browser, { width: 1100 });
  const picture = async (name: string) =>
    page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled' });
  await demo.saying('104 is rung');
  await demo.saying('101 calls 102, who answers');
  await page.goto(`${demo.url}calls`);
  await page.getByText('● live').waitFor();
  // A call that goes on, as one sees it.
  await page.getByText('ringing').first().waitFor();
  await picture('calls');
  await page.getByRole('link', { name: '→ 104' }).first().click();
  await page.getByRole('heading', { level: 1, name: '104' }).waitFor();
  await picture('story');
  await page.goto(`${demo.url}extensions/101`);
  await picture('extension');
  await close();
} finally {
  await browser.close();
  await demo.stop();
}
