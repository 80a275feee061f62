import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
];

export async function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
}

/** How somebody looks at the page. */
export interface Look {
  javaScript?: boolean;
  colours?: 'light' | 'dark';
  width?: number;
}

export const LOOKS: Readonly<Record<string, Look>> = {
  light: { colours: 'light' },
  dark: { colours: 'dark' },
  narrow: { width: 360 },
  'without JavaScript': { javaScript: false },
};

/** A browser window of its own. What goes wrong in it is kept, for the test to look at. */
export async function openWindow(
  browser: Browser,
  { javaScript = true, colours = 'light', width = 1280 }: Look = {},
): Promise<{ page: Page; faults: string[]; close(): Promise<void> }> {
  const context = await browser.newContext({
    javaScriptEnabled: javaScript,
    colorScheme: colours,
    viewport: { width, height: 800 },
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  // Long enough for a slow machine.
  page.setDefaultTimeout(30_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  // Also what the Content-Security-Policy refuses.
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text());
  });
  return { page, faults, close: () => context.close() };
}

/** What is wider than the window, though it does not scroll by itself; empty: nothing. */
export async function widerThanWindow(page: Page): Promise<string[]> {
  const width = async (of: string) => Number(await page.evaluate(`document.documentElement.${of}`));
  const [has, fits] = [await width('scrollWidth'), await width('clientWidth')];
  return has <= fits ? [] : [`is ${has} px wide in a window of ${fits}`];
}

/** The tables of which something is out of sight, unless one scrolls them; empty: none. */
export async function hiddenByScrolling(page: Page): Promise<string[]> {
  return page.$$eval('.scroll', (all) =>
    all
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
      .map(({ scrollWidth, clientWidth }) => `has a table of ${scrollWidth} px in ${clientWidth}`),
  );
}

/**
 * What axe finds: names of fields, contrast, order of headings and the like. It hangs where JavaScript is off.
 * @param rules left out: all
 */
export async function inaccessible(page: Page, rules?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules === undefined ? axe : axe.withRules(rules)).analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html} ${failureSummary?.replaceAll(/\s+/g, ' ')}`),
  );
}
