import { OldAsterisk } from './old-asterisk.ts';

const RINGING = 5;
const UP = 6;

/**
 * Calls on Asterisk 1.8 to 11, each with what makes that one difficult. Extensions 101 to 103 are SIP/101 to SIP/103.
 */
export const SHAPES = {
  /** The Dial's end names the caller only, and comes after the Hangup of both. */
  'a direct call, answered': () => {
    const pbx = new OldAsterisk();
    const caller = pbx.channel('SIP/101-00000001', '102', '101');
    const phone = pbx.channel('SIP/102-00000002');
    pbx.dial(caller, phone);
    pbx.state(phone, RINGING);
    pbx.state(phone, UP);
    pbx.state(caller, UP);
    pbx.link(caller, phone);
    pbx.unlink(caller, phone);
    pbx.hangup(phone);
    pbx.hangup(caller);
    pbx.dialEnd(caller, 'ANSWER');
    return pbx;
  },

  /** One Dial's end for two destinations: the one that was linked has answered. */
  'two phones ring, one answers': () => {
    const pbx = new OldAsterisk();
    const caller = pbx.channel('SIP/trunk-00000001', '18005550100', '0612345678');
    const phones = ['SIP/101-00000002', 'SIP/102-00000003'].map((name) => pbx.channel(name));
    const [lost, won] = phones as [(typeof phones)[0], (typeof phones)[0]];
    for (const phone of phones) {
      pbx.dial(caller, phone);
      pbx.state(phone, RINGING);
    }
    pbx.state(won, UP);
    pbx.hangup(lost, 26);
    pbx.link(caller, won);
    pbx.unlink(caller, won);
    pbx.hangup(won);
    pbx.dialEnd(caller, 'ANSWER');
    pbx.hangup(caller);
    return pbx;
  },

  /** A phone behind a Local channel: when both are answered the phone takes the Local channel's place. */
  'through a Local channel that is optimised away': () => {
    const pbx = new OldAsterisk();
    const caller = pbx.channel('SIP/trunk-00000001', '18005550100', '0612345678');
    const [one, two] = pbx.local('101');
    pbx.dial(caller, one);
    const phone = pbx.channel('SIP/101-00000002');
    pbx.dial(two, phone);
    pbx.state(phone, RINGING);
    pbx.state(one, RINGING);
    pbx.state(phone, UP);
    pbx.link(two, phone);
    pbx.state(one, UP);
    pbx.link(caller, one);
    pbx.masquerade(phone, one);
    pbx.unlink(two, phone);
    pbx.hangup(phone);
    pbx.dialEnd(two, 'ANSWER');
    pbx.hangup(two);
    pbx.unlink(caller, one);
    pbx.hangup(one);
    pbx.dialEnd(caller, 'ANSWER');
    pbx.hangup(caller);
    return pbx;
  },

  /** A queue reports its Local members with AgentCalled only; the name of the caller's Uniqueid is not Dial's. */
  'a queue rings a Local member': () => {
    const pbx = new OldAsterisk();
    const caller = pbx.channel('SIP/trunk-00000001', '18005550100', '0612345678');
    pbx.state(caller, UP);
    pbx.send('Join', {
      Channel: caller.name,
      CallerIDNum: caller.number,
      Queue: 'support',
      Position: '1',
      Uniqueid: caller.uniqueid,
    });
    const [one, two] = pbx.local('102');
    pbx.send('AgentCalled', {
      Queue: 'support',
      AgentCalled: 'Local/102@phones',
      ChannelCalling: caller.name,
      DestinationChannel: one.name,
      CallerIDNum: caller.number,
      Uniqueid: caller.uniqueid,
    });
    const phone = pbx.channel('SIP/102-00000002');
    pbx.dial(two, phone);
    pbx.state(phone, RINGING);
    pbx.state(one, RINGING);
    pbx.state(phone, UP);
    pbx.link(two, phone);
    pbx.state(one, UP);
    pbx.link(caller, one);
    pbx.unlink(caller, one);
    pbx.unlink(two, phone);
    pbx.hangup(one);
    pbx.hangup(phone);
    pbx.dialEnd(two, 'ANSWER');
    pbx.hangup(two);
    pbx.hangup(caller);
    return pbx;
  },

  /** The picker's channel takes the place of the phone that rings, which is left over as a zombie. */
  'a pickup': () => {
    const pbx = new OldAsterisk();
    const caller = pbx.channel('SIP/101-00000001', '102', '101');
    const phone = pbx.channel('SIP/102-00000002');
    pbx.dial(caller, phone);
    pbx.state(phone, RINGING);
    const picker = pbx.channel('SIP/103-00000003', '*8', '103');
    pbx.state(picker, UP);
    pbx.send('Pickup', { Channel: picker.name, TargetChannel: phone.name });
    pbx.masquerade(picker, phone);
    pbx.hangup(picker, 26);
    pbx.link(caller, phone);
    pbx.unlink(caller, phone);
    pbx.hangup(phone);
    pbx.dialEnd(caller, 'ANSWER');
    pbx.hangup(caller);
    return pbx;
  },

  /** The called phone is sent on: an AsyncGoto channel gets its name, and dials with the Exten of the transfer. */
  'a blind transfer of the called phone': () => {
    const pbx = new OldAsterisk();
    const caller = pbx.channel('SIP/101-00000001', '102', '101');
    const phone = pbx.channel('SIP/102-00000002', '', '102');
    pbx.dial(caller, phone);
    pbx.state(phone, RINGING);
    pbx.state(phone, UP);
    pbx.link(caller, phone);
    pbx.send('Transfer', {
      TransferMethod: 'SIP',
      TransferType: 'Blind',
      Channel: caller.name,
      Uniqueid: caller.uniqueid,
      TargetChannel: phone.name,
      TargetUniqueid: phone.uniqueid,
      TransferExten: '103',
      TransferContext: 'phones',
    });
    const goto = pbx.channel(`AsyncGoto/${phone.name}`);
    pbx.masquerade(phone, goto);
    pbx.unlink(caller, phone);
    pbx.hangup(phone);
    pbx.hangup(caller);
    pbx.dialEnd(caller, 'ANSWER');
    const target = pbx.channel('SIP/103-00000003');
    pbx.dial(goto, target);
    pbx.state(target, RINGING);
    pbx.hangup(target, 19);
    pbx.dialEnd(goto, 'NOANSWER');
    pbx.hangup(goto);
    return pbx;
  },

  /** The transferrer's consulting channel is replaced by the other party; both of its channels end. */
  'an attended transfer': () => {
    const pbx = new OldAsterisk();
    const caller = pbx.channel('SIP/trunk-00000001', '18005550100', '0612345678');
    const phone = pbx.channel('SIP/101-00000002');
    pbx.dial(caller, phone);
    pbx.state(phone, UP);
    pbx.link(caller, phone);
    const consulting = pbx.channel('SIP/101-00000003', '102', '101');
    const target = pbx.channel('SIP/102-00000004');
    pbx.dial(consulting, target);
    pbx.state(target, RINGING);
    pbx.state(target, UP);
    pbx.link(consulting, target);
    pbx.masquerade(caller, consulting);
    pbx.unlink(caller, phone);
    pbx.hangup(phone);
    pbx.hangup(caller);
    pbx.dialEnd(caller, 'ANSWER');
    pbx.unlink(consulting, target);
    pbx.hangup(target);
    pbx.dialEnd(consulting, 'ANSWER');
    pbx.hangup(consulting);
    return pbx;
  },

  /** A parked channel is renamed away and back; the phone that fetches it is linked with it, and has dialled none. */
  'a parked call is fetched': () => {
    const pbx = new OldAsterisk();
    const caller = pbx.channel('SIP/trunk-00000001', '18005550100', '0612345678');
    const phone = pbx.channel('SIP/101-00000002');
    pbx.dial(caller, phone);
    pbx.state(phone, UP);
    pbx.link(caller, phone);
    const parked = pbx.channel(`Parked/${caller.name}`);
    pbx.masquerade(caller, parked);
    pbx.unlink(caller, phone);
    pbx.hangup(caller);
    pbx.hangup(phone);
    pbx.dialEnd(caller, 'ANSWER');
    pbx.send('ParkedCall', { Exten: '701', Channel: parked.name, From: phone.name, Timeout: '45' });
    const fetcher = pbx.channel('SIP/102-00000003', '701', '102');
    pbx.state(fetcher, UP);
    pbx.send('UnParkedCall', { Exten: '701', Channel: parked.name, From: fetcher.name });
    pbx.link(fetcher, parked);
    pbx.unlink(fetcher, parked);
    pbx.hangup(fetcher);
    pbx.hangup(parked);
    return pbx;
  },

  /** Nobody dials the first phone; its ringing is no call. */
  'click to call': () => {
    const pbx = new OldAsterisk();
    const caller = pbx.channel('SIP/101-00000001', '', '101');
    pbx.state(caller, RINGING);
    pbx.state(caller, UP);
    pbx.send('OriginateResponse', {
      Response: 'Success',
      Channel: 'SIP/101',
      Context: 'phones',
      Exten: '102',
      Uniqueid: caller.uniqueid,
    });
    const phone = pbx.channel('SIP/102-00000002');
    pbx.dial(caller, phone);
    pbx.state(phone, RINGING);
    pbx.hangup(phone, 17);
    pbx.dialEnd(caller, 'BUSY');
    pbx.hangup(caller);
    return pbx;
  },

  /** The Local channel that is originated rings the first phone, and dials the second number when that has answered. */
  'click to call through a Local channel': () => {
    const pbx = new OldAsterisk();
    const [one, two] = pbx.local('101');
    const caller = pbx.channel('SIP/101-00000001', '', '101');
    pbx.dial(two, caller);
    pbx.state(caller, RINGING);
    pbx.state(one, RINGING);
    pbx.state(caller, UP);
    pbx.link(two, caller);
    pbx.state(one, UP);
    const [ahead, behind] = pbx.local('102');
    pbx.dial(one, ahead);
    const phone = pbx.channel('SIP/102-00000002');
    pbx.dial(behind, phone);
    pbx.state(phone, RINGING);
    pbx.state(phone, UP);
    pbx.link(behind, phone);
    pbx.link(one, ahead);
    for (const channel of [phone, behind, ahead, one, two, caller]) pbx.hangup(channel);
    return pbx;
  },
} as const;
