import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './project.ts';

/** One version in CHANGELOG.md. */
export interface Release {
  version: string;
  /** `2026-11-28`; absent where none is given. */
  date?: string;
  /** Its entries, without their dashes. */
  entries: string[];
}

/**
 * The versions in CHANGELOG.md, newest first: `## [0.1.0]` or `## [0.1.0] - 2026-11-28`; what is unreleased is none.
 */
export function releases(text = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8')): Release[] {
  return text
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const [, version, date] =
        /^\[(\d+\.\d+\.\d+)\](?: - (\d{4}-\d{2}-\d{2}))?$/m.exec(section.split('\n', 1)[0] ?? '') ?? [];
      if (version === undefined) return [];
      const entries = section
        .replaceAll(/^### .*$/gm, '')
        .split(/^- /m)
        .slice(1)
        .map((entry) => entry.trim().replaceAll(/\s+/g, ' '));
      return [{ version, entries, ...(date !== undefined && { date }) }];
    });
}

/** Debian's changelog of the versions up to one. @param epoch dates versions without a date, in seconds */
export function debianChangelog(version: string, maintainer: string, epoch: number, all = releases()): string {
  const from = all.findIndex((one) => one.version === version);
  const known: Release[] = from < 0 ? [{ version, entries: ['A build that is no release.'] }, ...all] : all.slice(from);
  return known
    .map((one) => {
      const moment = one.date === undefined ? new Date(epoch * 1000) : new Date(`${one.date}T12:00:00Z`);
      const entries = one.entries.map((entry) => wrapped(entry)).join('\n');
      return `call-events (${one.version}) stable; urgency=medium\n\n${entries}\n\n -- ${maintainer}  ${rfc5322(moment)}\n`;
    })
    .join('\n');
}

const wrapped = (entry: string) =>
  `  * ${(entry.match(/.{1,74}(?: |$)/g) ?? [entry]).map((line) => line.trim()).join('\n    ')}`;
const rfc5322 = (moment: Date) => moment.toUTCString().replace('GMT', '+0000');
