import * as z from 'zod';

/** What a receiver takes, by its own documentation: a field that is not in it is refused. */
export interface Receiver {
  /** Where the fields are described; docs/recipes.md names it too. */
  documentation: string;
  /** How many rules the recipe has. Each must send something over the recordings. */
  rules: number;
  /** For each path that requests go to, what it takes: JSON, or the parameters of a form. */
  takes: Record<string, z.ZodType>;
  headers?: string[];
}

const text = z.string().min(1);
const seconds = z.number().int().nonnegative();
const isoTime = z.iso.datetime();

/** What every event of Zammad's generic CTI has. */
const ctiCall = { from: text, to: text, direction: z.enum(['in', 'out']), callId: text.max(250) };
const CTI_CAUSES = ['normalClearing', 'busy', 'cancel', 'noAnswer', 'congestion', 'notFound', 'forwarded'] as const;

const slackText = z.strictObject({ type: z.enum(['plain_text', 'mrkdwn']), text: text.max(3000) });

const callParameters = {
  CallID: text,
  CallerIDNum: text.optional(),
  CallerIDNam: text.optional(),
  CallerExtension: text.optional(),
  CalledExtension: text.optional(),
  CalledNumber: text.optional(),
  CalledDID: text.optional(),
  CallFlow: z.enum(['IN', 'OUT']),
  CallStatus: z.enum(['CALLING', 'ANSWER', 'UNKNOWN']),
};

const homeAssistantCall = z.strictObject({
  event: z.enum(['ringing', 'missed']),
  extension: text,
  number: text,
  name: text,
});

export const RECEIVERS: Record<string, Receiver> = {
  zammad: {
    documentation: 'https://docs.zammad.org/en/latest/api/generic-cti/index.html',
    rules: 8,
    takes: {
      '/api/v1/cti/TOKEN': z.discriminatedUnion('event', [
        z.strictObject({ event: z.literal('newCall'), ...ctiCall, user: text.optional(), queue: text.optional() }),
        z.strictObject({
          event: z.literal('answer'),
          ...ctiCall,
          user: text.optional(),
          answeringNumber: text.optional(),
        }),
        z.strictObject({
          event: z.literal('hangup'),
          ...ctiCall,
          cause: z.enum(CTI_CAUSES),
          answeringNumber: text.optional(),
        }),
      ]),
    },
  },
  slack: {
    documentation: 'https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks',
    rules: 1,
    takes: {
      '/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX': z.strictObject({
        text,
        blocks: z.array(z.strictObject({ type: z.literal('section'), text: slackText })).max(50),
      }),
    },
  },
  mattermost: {
    documentation: 'https://developers.mattermost.com/integrate/webhooks/incoming/',
    rules: 1,
    takes: { '/hooks/KEY': z.strictObject({ text: text.max(16_383), username: text, icon_emoji: text.optional() }) },
  },
  ntfy: {
    documentation: 'https://docs.ntfy.sh/publish/#publish-as-json',
    rules: 1,
    takes: {
      '/': z.strictObject({
        topic: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/),
        title: text.optional(),
        message: text,
        priority: z.number().int().min(1).max(5).optional(),
        tags: z.array(text).optional(),
      }),
    },
  },
  'home-assistant': {
    documentation: 'https://www.home-assistant.io/docs/automation/trigger/#webhook-trigger',
    rules: 2,
    takes: { '/api/webhook/WEBHOOK_ID': homeAssistantCall },
  },
  n8n: {
    documentation: 'https://docs.n8n.io/integrations/builtin/core-nodes/n8n-nodes-base.webhook/',
    rules: 4,
    takes: {
      '/webhook/PATH': z.strictObject({
        ...callParameters,
        EventType: z.enum(['dial-in', 'dial-out', 'hangup', 'missed']),
        EventTime: isoTime,
        LegID: text,
        Queue: text.optional(),
        Duration: z.string().regex(/^\d+$/).optional(),
        TalkTime: z.string().regex(/^\d+$/).optional(),
        HangupCause: text.optional(),
        DialStatus: text.optional(),
      }),
    },
  },
  espocrm: {
    documentation: 'https://docs.espocrm.com/development/api/crud/',
    rules: 1,
    headers: ['X-Api-Key'],
    takes: {
      '/api/v1/Task': z.strictObject({
        name: text.max(249),
        status: z.enum(['Not Started', 'Started', 'Completed', 'Canceled', 'Deferred']),
        priority: z.enum(['Low', 'Normal', 'High', 'Urgent']).optional(),
        description: text.optional(),
        assignedUserId: text,
      }),
    },
  },
  hubspot: {
    documentation: 'https://developers.hubspot.com/docs/api/crm/calls',
    rules: 4,
    headers: ['Authorization'],
    takes: {
      '/crm/v3/objects/calls': z.strictObject({
        properties: z.strictObject({
          hs_timestamp: isoTime,
          hs_call_title: text,
          hs_call_direction: z.enum(['INBOUND', 'OUTBOUND']),
          hs_call_status: z.enum(['BUSY', 'CANCELED', 'COMPLETED', 'CONNECTING', 'FAILED', 'NO_ANSWER', 'RINGING']),
          hs_call_from_number: text.optional(),
          hs_call_to_number: text.optional(),
          hs_call_duration: z
            .string()
            .regex(/^\d+000$/)
            .optional(),
        }),
      }),
    },
  },
  bitrix24: {
    documentation: 'https://dev.1c-bitrix.ru/rest_help/scope_telephony/telephony/telephony_externalcall_register.php',
    rules: 2,
    takes: {
      '/rest/1/TOKEN/telephony.externalcall.register.json': z.strictObject({
        USER_PHONE_INNER: text,
        PHONE_NUMBER: text,
        TYPE: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
        CALL_START_DATE: isoTime.optional(),
        CRM_CREATE: z.union([z.literal(0), z.literal(1)]).optional(),
        SHOW: z.union([z.literal(0), z.literal(1)]).optional(),
      }),
      '/rest/1/TOKEN/crm.lead.add.json': z.strictObject({
        fields: z.strictObject({
          TITLE: text,
          NAME: text.optional(),
          SOURCE_ID: z.literal('CALL'),
          STATUS_ID: z.literal('NEW'),
          COMMENTS: text.optional(),
          PHONE: z.array(z.strictObject({ VALUE: text, VALUE_TYPE: z.enum(['WORK', 'MOBILE', 'HOME', 'OTHER']) })),
        }),
      }),
    },
  },
  freescout: {
    documentation: 'https://api-docs.freescout.net/#create-conversation',
    rules: 1,
    headers: ['X-FreeScout-API-Key'],
    takes: {
      '/api/conversations': z.strictObject({
        type: z.enum(['email', 'phone', 'chat']),
        mailboxId: z.number().int(),
        subject: text.max(998),
        customer: z.strictObject({ email: z.email() }),
        status: z.enum(['active', 'pending', 'closed']).optional(),
        threads: z
          .array(
            z.strictObject({
              type: z.enum(['customer', 'message', 'note']),
              text,
              customer: z.strictObject({ email: z.email() }),
            }),
          )
          .min(1),
      }),
    },
  },
  'google-apps-script': {
    documentation: 'https://developers.google.com/apps-script/guides/content#redirects',
    rules: 1,
    takes: {
      '/macros/s/DEPLOYMENT/exec': z.strictObject({
        key: text,
        time: isoTime,
        flow: z.enum(['IN', 'OUT']),
        status: z.enum(['ANSWER', 'UNKNOWN']),
        number: text,
        name: text.optional(),
        called: text,
        seconds,
      }),
    },
  },
  script: {
    documentation: 'https://www.php.net/manual/en/reserved.variables.post.php',
    rules: 1,
    headers: ['X-Key'],
    takes: {
      '/calls.php': z.strictObject({
        ...callParameters,
        EventTime: isoTime,
        LegID: text,
        Duration: z.string().regex(/^\d+$/),
        TalkTime: z.string().regex(/^\d+$/),
      }),
    },
  },
};
