import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

/** A directory of a test file's own, which is gone when its tests are over. */
export function temporaryDirectory() {
  const path = mkdtempSync(join(tmpdir(), 'call-events-test-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    /** @returns the file's path */
    write(name: string, content: string | Uint8Array): string {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
  };
}
