import { withPlaceholdersAs } from '../placeholder-syntax.ts';
import { wrongPlaceholder } from './placeholders.ts';

/**
 * Checks that a rule's URL can be sent to. Messages quote nothing of the URL but its scheme and names of placeholders:
 * it may be a secret.
 * @param own names of the rule's own parameters: channel variables and fixed parameters
 */
export function checkUrl(
  url: string,
  own: readonly string[],
  fail: (message: string) => void,
  hint: (message: string) => void,
): void {
  const wrong = wrongPlaceholder(url, own);
  if (wrong !== undefined) {
    fail(wrong);
    return;
  }
  // Placeholders may stand anywhere; a reference that was kept stands for a secret.
  const sample = withPlaceholdersAs(url, '0').replaceAll(/\$\{[^}]*\}/g, '0');
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(sample) ?? [];
  if (url.startsWith('${')) {
    // A URL that is a secret as a whole is known only where secrets are fetched.
  } else if (scheme === undefined) fail('expected a full URL, beginning with https:// or http://');
  else if (!/^https?$/i.test(scheme)) fail(`${scheme}: is not spoken; expected https:// or http://`);
  else if (/^[^?#]*\\/.test(sample))
    fail(
      'contains a "\\", which a URL takes for "/": what follows would not belong to the host. A user DOMAIN\\user is written DOMAIN%5Cuser',
    );
  else if (/\s/.test(sample)) fail('holds a blank; write it as %20');
  else if (!URL.canParse(sample))
    fail(`is no URL; expected such as https://crm.example.com/hook${sample.includes('@') ? `. ${IN_PASSWORD}` : ''}`);
  else hintAtUrl(sample, hint);
}

const IN_PASSWORD = 'In a user or password / ? # @ : are written %2F %3F %23 %40 %3A';

/** Hints at a valid URL that is probably not the intended one. */
function hintAtUrl(sample: string, hint: (message: string) => void): void {
  if (/^[^/]*\/\/[^/?#@]*[/?#][^/?#]+@/.test(sample))
    hint(`has an "@" after its host, so that what stands before it is not a user. ${IN_PASSWORD}`);
  if (sample.includes('#')) hint('what follows "#" is for browsers and is not sent; a "#" itself is written %23');
}
