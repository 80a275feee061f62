import { secretsInUrl } from './mask-url.ts';
import { isSecretName } from './secret-names.ts';

/** Shorter ones, and words, stand in other texts by chance: those are masked only where they stand by their names. */
const isWorthKnowing = (text: string) => text.length >= 16 || (text.length >= 8 && !/^[a-z]+$|^\d+$/i.test(text));

/**
 * Secrets that stand literally in a rule. They are learned, so that they are masked too where a receiver's answer or an
 * error repeats them without their name.
 */
export function literalSecrets(
  url: string,
  fields: Iterable<readonly [name: string, value: string]>,
): readonly string[] {
  const found = secretsInUrl(url).map(percentDecoded);
  for (const [name, value] of fields)
    if (isSecretName(name)) found.push(value.replace(/^(?:Basic|Bearer|Token|ApiKey) +/i, ''));
  return found.filter((text) => isWorthKnowing(text) && !text.includes('${') && !/\{\w+\}/.test(text));
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
