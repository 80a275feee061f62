import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = globSync(['*.md', 'docs/*.md', 'test/**/README.md'], { cwd: ROOT }).map((page) => join(ROOT, page));

/** The anchor of a heading, as public forges make it: lower case, no punctuation, blanks as hyphens. */
function anchorOf(heading: string): string {
  const text = heading.toLowerCase().replaceAll(/[^\p{Letter}\p{Number}_\- ]/gu, '');
  return text.trim().replaceAll(' ', '-');
}

function anchorsOf(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

describe('the links of the documentation', () => {
  it.each(PAGES.map((page) => relative(ROOT, page)))('%s: lead to a file and a heading that are there', (name) => {
    const page = join(ROOT, name);
    const broken = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => {
        const [file = '', anchor] = link.split('#');
        const target = file === '' ? page : join(dirname(page), file);
        return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
      });
    expect(broken).toEqual([]);
  });

  it('are looked at on all pages', () => {
    expect(PAGES.length).toBeGreaterThan(12);
  });
});
