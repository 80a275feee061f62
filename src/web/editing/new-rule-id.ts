import { randomBytes } from 'node:crypto';

/**
 * An Event ID that no rule has: 8 hex digits, as derived ones are. None looks like a number, which YAML would have in
 * quotes (`12345678`, `1234e567`).
 */
export function newRuleId(random = () => randomBytes(4)): string {
  for (;;) {
    const id = random().toString('hex');
    if (/[a-df]/.test(id)) return id;
  }
}
