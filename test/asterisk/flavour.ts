/** An Asterisk, the channel driver of its phones, and what its AMI shows; the name of a recording. */
export interface Flavour {
  name: string;
  version: '22' | '16';
  tech: 'PJSIP' | 'SIP';
  /** Asterisk's `systemname`: every uniqueid begins with it. */
  systemName?: string;
  /** The recording session also reads class `dialplan`. */
  dialplan?: boolean;
  /** The scenarios that are played; left out: all that the channel driver can do. */
  sample?: readonly string[];
}

/** Where the events of class `dialplan` and prefixes of uniqueids could make a difference. */
const SAMPLE = [
  'direct-answered',
  'inbound-answered',
  'ring-group-local',
  'queue-retries',
  'voicemail-after-no-answer',
  'blind-transfer-from-outside',
  'attended-transfer-by-refer',
  'pickup-group',
  'pickup-by-replaces',
  'click-to-call-through-local',
  'park-and-fetch',
  'freepbx-did-answered',
  'freepbx-ring-group',
  'freepbx-queue',
  'freepbx-click-to-call',
];

export const FLAVOURS: readonly Flavour[] = [
  { name: 'asterisk22-pjsip', version: '22', tech: 'PJSIP' },
  { name: 'asterisk16-pjsip', version: '16', tech: 'PJSIP' },
  { name: 'asterisk16-sip', version: '16', tech: 'SIP' },
  { name: 'asterisk22-pjsip-dialplan', version: '22', tech: 'PJSIP', dialplan: true, sample: SAMPLE },
  { name: 'asterisk16-sip-dialplan', version: '16', tech: 'SIP', dialplan: true, sample: SAMPLE },
  { name: 'asterisk22-pjsip-systemname', version: '22', tech: 'PJSIP', systemName: 'pbx-1.lab', sample: SAMPLE },
  { name: 'asterisk16-sip-systemname', version: '16', tech: 'SIP', systemName: 'pbx-1.lab', sample: SAMPLE },
];

/** Where an Asterisk's chroot is; kept between runs. */
export function chrootOf(version: string): string {
  return process.env[`ASTERISK${version}_ROOT`] ?? `/opt/asterisk${version}`;
}
