import { Asterisk } from '../../asterisk/lab/asterisk.ts';
import { PHONES, TRUNK } from '../cast.ts';

/** Asterisk with the PBX of random calls. @param instance a name that no other running one has */
export const randomCallsPbx = (version: '22' | '16', instance: string): Asterisk =>
  new Asterisk({ name: `asterisk${version}-pjsip`, version, tech: 'PJSIP' }, instance, {
    directory: import.meta.dirname,
    values: { ENDPOINTS: endpoints() },
  });

function endpoints(): string {
  const desks = PHONES.filter((phone) => phone !== TRUNK);
  const byEndpoint = Map.groupBy(desks, ({ endpoint }) => endpoint);
  return [...byEndpoint]
    .map(([endpoint, phones]) => {
      const sipName = phones[0]?.sipName ?? endpoint;
      const contacts = phones.map(({ port }) => `contact = sip:${sipName}@127.0.0.1:${port}`).join('\n');
      return `
[${endpoint}](phone)
aors = ${endpoint}
[${endpoint}]
type = aor
${contacts}
[${endpoint}-identify]
type = identify
endpoint = ${endpoint}
match_header = X-Ext: ${sipName}`;
    })
    .join('\n');
}
