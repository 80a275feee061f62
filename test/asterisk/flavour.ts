/** An Asterisk and the channel driver of its phones; the name of a recording. */
export interface Flavour {
  name: string;
  version: '22' | '16';
  tech: 'PJSIP' | 'SIP';
}

export const FLAVOURS: readonly Flavour[] = [
  { name: 'asterisk22-pjsip', version: '22', tech: 'PJSIP' },
  { name: 'asterisk16-pjsip', version: '16', tech: 'PJSIP' },
  { name: 'asterisk16-sip', version: '16', tech: 'SIP' },
];

/** Where an Asterisk's chroot is; kept between runs. */
export function chrootOf(version: string): string {
  return process.env[`ASTERISK${version}_ROOT`] ?? `/opt/asterisk${version}`;
}
