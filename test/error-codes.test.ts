import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { ERROR_CODES } from '../src/error-codes.ts';

const SRC = join(import.meta.dirname, '../src');

/**
 * What looks like the code of an error: what an error class declares as its `code`; a text, or a key of a table of
 * such, as Node, OpenSSL and we write them.
 */
const CODE =
  /(?<=readonly code = ')[A-Z0-9_]+(?=')|(?<=')(?:(?:AMI|OUTBOX|PROXY|ERR|HPE|CERT|DEPTH|SELF|UNABLE|BAD|NO|UNSUPPORTED|REFUSED|NEWER)_[A-Z0-9_]+|E[A-Z]{4,}|E[A-Z]+_[A-Z]+|(?:[A-Z]+_)?DEADLINE|OUTBOX|ERROR)(?=')|(?<=^ +)E[A-Z]{4,}(?=:)/gm;

/** What looks like one and is another thing. */
const OTHERS = new Set(['NO_COLOR', 'ERR_SSL_']);
/** The codes in it are those of the package that reads YAML: each becomes words with a place, under BAD_CONFIG. */
const YAML_ERRORS = 'config/yaml/error-messages.ts';

const used = new Set(
  globSync('**/*.ts', { cwd: SRC })
    .filter((file) => file !== 'error-codes.ts' && file !== YAML_ERRORS)
    .flatMap((file) => readFileSync(join(SRC, file), 'utf8').match(CODE) ?? [])
    .filter((code) => !OTHERS.has(code)),
);
const listed = Object.values(ERROR_CODES).flatMap((codes) => Object.keys(codes));

it('every code of an error is in the list, once, and every one in the list is used', () => {
  expect([...used].sort()).toEqual(listed.toSorted());
  expect(used.size).toBeGreaterThan(40);
});
