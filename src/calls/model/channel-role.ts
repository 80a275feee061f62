/** What a channel is in its call, as far as that has been shown. */
export type ChannelRole =
  /** Its beginning was missed, and nothing has shown since whether it calls or is called. */
  | 'unknown'
  /** It calls, and what it dialled is known (`dialledExten`; `''` is no number). */
  | 'caller'
  /** It was made to be called: its Newchannel showed it Down and with no number, or it rang when an event first showed it. */
  | 'callee'
  /** AMI Originate or a call file rings its phone, and no caller; once answered, it calls. */
  | 'originated';

/** How far a channel was when an event first showed it. */
export type FirstSeen =
  /** Its Newchannel was the first event that showed it. */
  | 'beginning'
  /** Another event was, and it was not answered yet. */
  | 'midway'
  /** It was Up already: it opens no leg. */
  | 'up';
