import * as callsApi from './api/calls.ts';
import * as deliveriesApi from './api/deliveries.ts';
import * as extensionsApi from './api/extensions.ts';
import * as phoneCallEventsApi from './api/phone-call-events.ts';
import * as statusApi from './api/status.ts';
import * as streamApi from './api/stream.ts';
import * as bulk from './pages/bulk.ts';
import * as callStory from './pages/call-story.ts';
import * as calls from './pages/calls.ts';
import * as deliveries from './pages/deliveries.ts';
import * as delivery from './pages/delivery.ts';
import * as extension from './pages/extension.ts';
import * as extensionSettings from './pages/extension-settings.ts';
import * as extensions from './pages/extensions.ts';
import * as newExtension from './pages/new-extension.ts';
import * as overview from './pages/overview.ts';
import * as rule from './pages/rule.ts';
import * as rules from './pages/rules.ts';
import * as settings from './pages/settings.ts';
import type { Router } from './router.ts';
import type { WebContext } from './web-context.ts';

/** Every file of pages and of the API, in the order of the OpenAPI document. */
const PARTS: readonly { register(router: Router, context: WebContext): void }[] = [
  ...[overview, extensions, newExtension, extension, extensionSettings, rule],
  ...[calls, callStory, deliveries, delivery, bulk, rules, settings],
  ...[extensionsApi, phoneCallEventsApi, callsApi, deliveriesApi, streamApi, statusApi],
];

export function registerAll(router: Router, context: WebContext): void {
  for (const part of PARTS) part.register(router, context);
}
