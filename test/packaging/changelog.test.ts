import { describe, expect, it } from '@jest/globals';
import { debianChangelog, releases } from '../../packaging/changelog.ts';

const TEXT = `# Changelog

What users notice.

## [Unreleased]

### Added

- Something to come.

## [1.1.0] - 2026-12-01

### Added

- A thing that is so long to say that it takes
  two lines.

### Fixed

- Another.

## [1.0.0]

- The first.
`;

describe('CHANGELOG.md', () => {
  it('is read by version, newest first', () => {
    expect(releases(TEXT)).toEqual([
      {
        version: '1.1.0',
        date: '2026-12-01',
        entries: ['A thing that is so long to say that it takes two lines.', 'Another.'],
      },
      { version: '1.0.0', entries: ['The first.'] },
    ]);
  });

  it('becomes that of Debian, dated with the release or else with the commit', () => {
    expect(
      debianChangelog('1.1.0', 'Somebody <a@b.invalid>', 1_764_333_905, releases(TEXT)),
    ).toBe(`call-events (1.1.0) stable; urgency=medium

  * A thing that is so long to say that it takes two lines.
  * Another.

 -- Somebody <a@b.invalid>  Tue, 01 Dec 2026 12:00:00 +0000

call-events (1.0.0) stable; urgency=medium

  * The first.

 -- Somebody <a@b.invalid>  Fri, 28 Nov 2025 12:45:05 +0000
`);
  });

  it('begins with the version that is built', () => {
    const one = (version: string) => debianChangelog(version, 'Somebody <a@b.invalid>', 0, releases(TEXT));
    expect(one('1.0.0')).toMatch(/^call-events \(1\.0\.0\) .*\n\n {2}\* The first\./);
    expect(one('1.0.0')).not.toContain('1.1.0');
    expect(one('2.0.0')).toMatch(/^call-events \(2\.0\.0\) .*\n\n {2}\* A build that is no release\./);
  });
});
