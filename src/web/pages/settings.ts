import { amiRightsOf } from '../../config/ami-rights.ts';
import { formatProblem } from '../../config/config-problem.ts';
import { readConfigText } from '../../config/config-text.ts';
import { lastGoodPath, readLastGood } from '../../config/last-good.ts';
import { packageVersion, readBundledLicences } from '../../package-root.ts';
import { type Html, html } from '../render/html.ts';
import type { Router } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { WebError } from '../web-error.ts';

/** The most lines of config.yaml that are shown: extensions have pages of their own. */
const MOST_SHOWN = 100_000;

/** The page of settings: the active config.yaml, the AMI rights that it needs, and the program's version. */
export function register(router: Router, context: WebContext): void {
  router.page({
    path: '/settings',
    access: 'read',
    show: () => ({ title: 'Settings', section: 'settings', body: settingsBody(context) }),
  });
  router.page({
    path: '/settings/licences',
    access: 'read',
    show() {
      const text = readBundledLicences();
      if (text === undefined) throw new WebError(404, 'in a checkout each package has its licence in node_modules');
      return { type: 'text/plain; charset=utf-8', text };
    },
  });
}

function settingsBody(context: WebContext): Html {
  const { config, configFile, state, href } = context;
  const { read, write } = amiRightsOf(config);
  return html`<section>
<h2>This service</h2>
<dl>
<dt>Version</dt><dd>asterisk-call-events ${packageVersion()}, MIT licence; <a href="${href`/settings/licences`}">licences of what is in it</a></dd>
<dt>Configuration</dt><dd><code>${configFile}</code></dd>
<dt>Outbox</dt><dd><code>${context.outboxPath}</code></dd>
<dt>API</dt><dd><a href="${href`/api/v1/openapi.json`}">OpenAPI document</a></dd>
</dl>
</section>
${state.refused && refusedSection(configFile, state.refused)}
<section>
<h2>What it needs in manager.conf</h2>
<p>The rights of the user in Asterisk's <code>manager.conf</code>, for this configuration. <code>manager reload</code> in Asterisk applies them.</p>
${[...new Set(config.servers.map(({ username }) => username))].map(
  (username) => html`<pre><code>[${username}]
read = ${read.join(',')}
write = ${write.join(',')}</code></pre>`,
)}
</section>
<section>
<h2>Active configuration</h2>
<p>Secrets are shown as <code>***</code>. A change of the file is applied by itself once it has been saved.</p>
${configText(context)}
</section>`;
}

function refusedSection(file: string, { problems }: NonNullable<WebContext['state']['refused']>): Html {
  return html`<section class="problem">
<h2>config.yaml has problems</h2>
<p>Until they are fixed, the service goes on with the configuration before.</p>
<ul>${problems.map((problem) => html`<li><code>${formatProblem(file, problem)}</code></li>`)}</ul>
</section>`;
}

function configText({ configFile, outboxPath, redactor }: WebContext): Html {
  // The last applied text is kept beside the outbox; the file itself may have changed by now.
  const whole = readLastGood(lastGoodPath(outboxPath), configFile) ?? readConfigText(configFile);
  const end = whole.length <= MOST_SHOWN ? whole.length : whole.lastIndexOf('\n', MOST_SHOWN) + 1;
  const text = redactor.yaml(whole.slice(0, end));
  return html`<pre class="config" tabindex="0" aria-label="config.yaml"><code>${text}</code></pre>
${end < whole.length && html`<p>These are the first ${Math.round(end / 1000)} kB of ${Math.round(whole.length / 1000)}.</p>`}`;
}
