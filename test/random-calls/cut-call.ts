/** Events that say nothing of who calls whom. */
const NOISE = /^Event: (VarSet|Newexten|RTCP|DTMF|Cdr|Cel|HangupRequest|SoftHangupRequest|DeviceStateChange)/;
/** A call has its own Linkedid, and those of its consultations. */
const MOST_LINKEDIDS = 6;

/**
 * One planned call out of the AMI text of a whole run, for `replay`: the events of every channel that has had to do
 * with it, by what its callers show.
 * @param shown texts of which the call's own events hold one: its tag, its number from outside
 */
export function cutCall(log: string, shown: readonly string[]): string {
  const blocks = log.split('\r\n\r\n').filter((block) => block !== '');
  const linkedids = new Set<string>();
  for (const block of blocks) {
    const [, linkedid] = /\nLinkedid: (\S+)/.exec(block) ?? [];
    const isOwn = linkedid !== undefined && shown.some((text) => block.includes(text));
    if (isOwn && linkedids.size < MOST_LINKEDIDS) linkedids.add(linkedid);
  }
  const channels = new Set(linkedids);
  for (const block of blocks)
    if (idsIn(block).some((id) => linkedids.has(id))) for (const id of idsIn(block, /Uniqueid/)) channels.add(id);
  const own = blocks.filter((block) => !NOISE.test(block) && idsIn(block).some((id) => channels.has(id)));
  return own.map((block) => `${block}\r\n\r\n`).join('');
}

function idsIn(block: string, names = /Linkedid|Uniqueid/): string[] {
  const all = block.matchAll(/^(\w*(?:Linkedid|Uniqueid)): (\d\S*)\r?$/gm);
  return [...all].flatMap(([, name = '', id = '']) => (names.test(name) && !name.startsWith('Bridge') ? [id] : []));
}
